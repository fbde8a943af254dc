import type { DatabaseSync } from 'node:sqlite';
import type { Commit } from './group-commit.ts';
import { createPrepare } from './prepared.ts';
import { lastReceiptId } from './receipt-tables.ts';

/** @property id of its row among the receipts. */
type Keyed = readonly [eventId: string, id: number];

type ReceiptKeys = {
  /** Where the receipt of that event may be, if it is not found by its key yet. A hint: it may have been undone. */
  recent(eventId: string): number | undefined;
  /** A receipt was added, which may be undone. Its key is written later, or in the same transaction where too many wait. */
  add(eventId: string, id: number): void;
  /**
   * Writes the keys of all that are recent, a slice at a time, others' work in between. One that has begun goes on instead;
   * it leaves out what has come since.
   *
   * @throws whatever a commit throws; what was not written is written by the next call.
   */
  writeAll(): Promise<void>;
  /** What the next receipt is called: as none before, also of those that are forgotten. */
  nextId(): number;
};

/**
 * @property most recent receipts whose keys begin to be written.
 * @property commit of slices: nobody waits for them.
 */
export type ReceiptKeysOptions = { readonly most: number; readonly commit: Commit };

/** Less than a millisecond. */
const SLICE_KEYS = 512;
/** In one statement: half the time of one for each. */
const KEYS_AT_ONCE = 32;
/** Where ids differ, after `evt_`. */
const FIRST_OF_ID = 4;
const KEY_LENGTH = 8;

const UNKEYED = 'SELECT event_id, id FROM receipt_log WHERE id > (SELECT up_to FROM receipts_keyed)';
const WRITE_ONE = 'INSERT OR IGNORE INTO receipt_keys (key, id) VALUES (?, ?)';
const WRITE_MANY = `${WRITE_ONE}${', (?, ?)'.repeat(KEYS_AT_ONCE - 1)}`;

/** What an event's receipt is found by: 40 bits of its id. Others may share it. */
export function receiptKey(eventId: string): string {
  return eventId.slice(FIRST_OF_ID, FIRST_OF_ID + KEY_LENGTH);
}

/**
 * Finds receipts, which lie in the order in which they came, by a short key. Ids are hashes: each key among all the others, in
 * their order, has a page of its own to change, which is written to the log and copied from there. So those of some
 * thousand receipts are written together, in slices of neighbours, which share their pages. Until then they are known in
 * memory, at the start from the receipts themselves: `receipts_keyed` says up to which one all keys are written.
 *
 * A key can be left without its receipt, of one that was undone or is forgotten: who looks one up compares the whole id.
 *
 * @param database whose tables are there.
 */
export function createReceiptKeys(database: DatabaseSync, { most, commit }: ReceiptKeysOptions): ReceiptKeys {
  const prepare = createPrepare(database);
  const recent = new Map<string, number>();
  for (const { event_id: eventId, id } of prepare(UNKEYED).iterate()) recent.set(String(eventId), Number(id));
  let last = lastReceiptId(database);

  const write = (slice: readonly Keyed[]) => {
    let at = 0;
    for (; at + KEYS_AT_ONCE <= slice.length; at += KEYS_AT_ONCE) {
      const values = slice.slice(at, at + KEYS_AT_ONCE).flatMap(([eventId, id]) => [receiptKey(eventId), id]);
      prepare(WRITE_MANY).run(...values);
    }
    for (const [eventId, id] of slice.slice(at)) prepare(WRITE_ONE).run(receiptKey(eventId), id);
  };

  let writing: Promise<void> | null = null;
  const writeAll = () => {
    writing ??= writeSlices().finally(() => {
      writing = null;
    });
    return writing;
  };
  const writeSlices = async () => {
    // Not within what may be undone: whatever is added from now on is called otherwise.
    const upTo = last;
    for (const slice of slicesOf(recent)) {
      await commit(() => write(slice));
      for (const [eventId, id] of slice) if (recent.get(eventId) === id) recent.delete(eventId);
    }
    await commit(() => void prepare('UPDATE receipts_keyed SET up_to = ?').run(upTo));
  };
  const writeSoon = () => {
    // What cannot be written now is written with later ones; that the disk fails, deliveries find out themselves.
    if (writing === null) setImmediate(() => void writeAll().catch(() => {}));
  };

  return {
    recent: (eventId) => recent.get(eventId),
    add: (eventId, id) => {
      if (recent.size >= 2 * most) write([[eventId, id]]);
      else recent.set(eventId, id);
      if (recent.size >= most) writeSoon();
    },
    writeAll,
    nextId: () => {
      last += 1;
      return last;
    },
  };
}

/** Neighbours together. Those that begin alike are sorted when it is their turn: all at once would take long. */
function* slicesOf(recent: ReadonlyMap<string, number>): Generator<readonly Keyed[]> {
  const alike = Map.groupBy(recent, ([eventId]) => eventId.charAt(FIRST_OF_ID));
  for (const unsorted of alike.values()) {
    const sorted = unsorted.toSorted(([one], [other]) => (one < other ? -1 : 1));
    for (let at = 0; at < sorted.length; at += SLICE_KEYS) yield sorted.slice(at, at + SLICE_KEYS);
  }
}
