import type { DatabaseSync } from 'node:sqlite';
import type { ClaimTable } from '../../sql/claim-table.ts';
import { type Commit, commitAlone } from './group-commit.ts';
import { createPrepare } from './prepared.ts';

type RecentReceipts = Pick<ClaimTable, 'repeats' | 'told' | 'addReceipt' | 'deliveries'> & {
  /**
   * Moves what is recent to the other receipts, a slice at a time, others' work in between. A move that has begun goes on
   * instead; it leaves out what has come since.
   *
   * @throws whatever a commit throws; what was not moved is moved by the next call.
   */
  moveAll(): Promise<void>;
};

/**
 * @property most recent receipts that begin to move.
 * @property commit of slices: nobody waits for them.
 */
type RecentReceiptsOptions = { readonly most?: number; readonly commit?: Commit };

/** Some ten milliseconds to read at the start, and two megabytes. Twice as many are kept while they move. */
const MOST = 16_384;
/** About a millisecond. */
const SLICE_ROWS = 256;
const DROPPED_ROWS = 1_024;
/** Where ids differ, after `evt_`. */
const FIRST_OF_ID = 4;

const SCHEMA = `CREATE TABLE IF NOT EXISTS recent_receipts (
  id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, stored_at_ms INTEGER NOT NULL, told TEXT)`;
/** OR FAIL, for one row the same: to take a statement back, SQLite would copy every page that it changes. */
const ADD = `INSERT OR FAIL INTO recent_receipts (event_id, stored_at_ms, told)
  SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM receipts WHERE event_id = ?1)`;
const FIND = 'SELECT stored_at_ms, told FROM recent_receipts WHERE id = ? AND event_id = ?';
/** In the order in which they are given: the WHERE tells `ON` from that of a join. */
const MOVE = `INSERT INTO receipts (event_id, stored_at_ms, told)
  SELECT event_id, stored_at_ms, told FROM json_each(?) AS moved CROSS JOIN recent_receipts AS recent
    ON recent.id = moved.value
  WHERE true ON CONFLICT DO NOTHING`;

/**
 * Receipts on two floors. Ids are hashes: each receipt among all the others, in the order of their ids, has a page of its own
 * to change, which is written to the log and copied from there. So a new one goes to the end of a small table first, as
 * durable as there. When some thousands have come they move in slices of neighbours, which share their pages.
 *
 * Which are recent is known in memory: at the start from the table. The table decides, because what was noted here may have
 * been undone. A receipt that is on both floors is that of one event; killed in between, all of them move again.
 *
 * @param receipts all others, in the same database.
 */
export function createRecentReceipts(
  database: DatabaseSync,
  receipts: ClaimTable,
  { most = MOST, commit = commitAlone }: RecentReceiptsOptions = {},
): RecentReceipts {
  database.exec(SCHEMA);
  const prepare = createPrepare(database);
  const recent = new Map<string, number>();
  for (const { event_id: eventId, id } of prepare('SELECT event_id, id FROM recent_receipts').iterate())
    recent.set(String(eventId), Number(id));

  const find = (eventId: string) => {
    const id = recent.get(eventId);
    return id === undefined ? undefined : prepare(FIND).get(id, eventId);
  };
  const move = (ids: readonly number[]) => void prepare(MOVE).run(JSON.stringify(ids));

  let moving: Promise<void> | null = null;
  const moveAll = () => {
    moving ??= moveSlices().finally(() => {
      moving = null;
    });
    return moving;
  };
  const moveSlices = async () => {
    // Not within what may be undone: ids that are given then are given again.
    const bounds = prepare('SELECT min(id) AS first, max(id) AS last FROM recent_receipts').get();
    const [first, last] = [Number(bounds?.first), Number(bounds?.last)];
    for (const slice of slicesOf(recent)) {
      await commit(() => move(slice.map(([, id]) => id)));
      for (const [eventId, id] of slice) if (recent.get(eventId) === id) recent.delete(eventId);
    }
    for (let at = first; at <= last && last > 0; at += DROPPED_ROWS) {
      const upTo = Math.min(at + DROPPED_ROWS - 1, last);
      await commit(() => void prepare('DELETE FROM recent_receipts WHERE id <= ?').run(upTo));
    }
  };
  const moveSoon = () => {
    // What cannot be moved now is moved with later ones; that the disk fails, deliveries find out themselves.
    if (moving === null) setImmediate(() => void moveAll().catch(() => {}));
  };

  return {
    moveAll,
    addReceipt: (eventId, nowMs, told) => {
      if (find(eventId) !== undefined) return false;
      if (recent.size >= 2 * most) return receipts.addReceipt(eventId, nowMs, told);
      const { changes, lastInsertRowid } = prepare(ADD).run(eventId, nowMs, told ?? null);
      if (changes === 0) return false;
      recent.set(eventId, Number(lastInsertRowid));
      if (recent.size >= most) moveSoon();
      return true;
    },
    repeats: (eventId, nowMs) => {
      const id = recent.get(eventId);
      // Where its repeats are counted.
      if (id !== undefined && find(eventId) !== undefined) move([id]);
      return receipts.repeats(eventId, nowMs);
    },
    told: (eventId) => {
      const told = find(eventId)?.told;
      return typeof told === 'string' ? told : receipts.told(eventId);
    },
    deliveries: (eventId) => {
      const known = receipts.deliveries(eventId);
      const row = known === null ? find(eventId) : undefined;
      if (row === undefined) return known;
      const atMs = Number(row.stored_at_ms);
      return { count: 1, firstAtMs: atMs, lastAtMs: atMs };
    },
  };
}

type Recent = readonly (readonly [eventId: string, id: number])[];

/** Neighbours together. Those that begin alike are sorted when it is their turn: all at once would take long. */
function* slicesOf(recent: ReadonlyMap<string, number>): Generator<Recent> {
  const alike = Map.groupBy(recent, ([eventId]) => eventId.charAt(FIRST_OF_ID));
  for (const unsorted of alike.values()) {
    const sorted = unsorted.toSorted(([one], [other]) => (one < other ? -1 : 1));
    for (let at = 0; at < sorted.length; at += SLICE_ROWS) yield sorted.slice(at, at + SLICE_ROWS);
  }
}
