import type { DatabaseSize, JournalBytes } from '../database/database-size.ts';
import { JournalWriteError } from '../database/journal-error.ts';
import type { Writer } from '../database/writer.ts';
import type { Sweep, SweptEvent } from './sweep.ts';

/** Events that one step looks at, and removes, at most. */
const STEP_EVENTS = 500;
/** Events that are stored between two looks at the size, at most, and what each takes at most with all that belongs to it. */
const MOST_UNLOOKED = 64;
const MOST_EVENT_BYTES = 128 * 1024;
/** Room is made from this share of the quota on, down to that one. */
const HIGH_WATER = 0.9;
const LOW_WATER = 0.8;

export type QuotaReport = { readonly bytes: JournalBytes; readonly maxBytes: number; readonly full: boolean };

/** `more`: call again soon. */
type RoomReport = { readonly events: number; readonly more: boolean };

type Dependencies = {
  readonly size: DatabaseSize;
  readonly sweep: Sweep;
  readonly writer: Writer;
  readonly file: string;
  readonly maxBytes: number;
  /** Told of dead letters that were removed for room: those of tenants that had used up their own. */
  readonly onDeadLetters: (count: number) => void;
};

export interface Quota {
  /** Size, limit, and whether new events are refused. */
  quota(): QuotaReport;
  /** Removes delivered events, and what tenants have beyond their quota, while the journal is nearly full; a bounded number. Call it about once a second. */
  makeRoom(): RoomReport;
  /**
   * Stores so many events by a transaction that calls `assertFits` at its end, and once more when it did not fit and room could be
   * made. While there is room for certain the size is looked at only now and then: two statements, before a change can be sent.
   *
   * @throws {JournalWriteError} `quota` when there is no room and none could be made at once: nothing is stored then.
   */
  storing<T>(events: number, transaction: (assertFits: () => void) => T): T;
}

/**
 * Bounds the journal. What happens as it fills:
 *
 * | used | what happens |
 * |---|---|
 * | from 90 % | events that every subscription has, or lacks only because its tenant may not have more wait, are removed, oldest first, down to 80 %, before their retention |
 * | when what was read at once would take it past 100 % | it is refused, so the watch stops reading and resumes where it stood when there is room |
 *
 * What was read at once is stored as a whole or not at all; should it be larger than all room that can be made, it is stored from 80 % down.
 * Nothing pending and no other dead letter is ever removed for room. Outcomes are always stored: only they make room.
 */
export function createQuota({ size, sweep, writer, file, maxBytes, onDeadLetters }: Dependencies): Quota {
  let clearing = false;
  /** Where the last step of the round ended. */
  let after = 0;

  /** Events that there is room for, for certain. */
  let sure = 0;
  /** What the last events took that did not fit; 0 once some did. */
  let refusedBytes = 0;

  const isFull = (usedBytes = size.usedBytes()) => usedBytes >= maxBytes;
  const hasEnough = () => size.usedBytes() <= maxBytes * LOW_WATER;
  const isRefusing = () => isFull() || (size.usedBytes() + refusedBytes > maxBytes && !hasEnough());

  /** One step of a round, which ends with the last event or when there is room enough. */
  function step(): { readonly events: number; readonly ended: boolean } {
    const looked = sweep.next(after, STEP_EVENTS);
    const done = looked.filter(({ pending, dead, overQuota }) => pending === 0 && dead === overQuota);
    const removed = done.length === 0 ? [] : writer.transaction(() => removeUntilEnough(done));
    const overQuota = removed.reduce((sum, event) => sum + event.overQuota, 0);
    if (overQuota > 0) onDeadLetters(overQuota);
    const ended = looked.length < STEP_EVENTS || hasEnough();
    after = ended ? 0 : (looked.at(-1)?.sequence ?? 0);
    return { events: removed.length, ended };
  }

  function removeUntilEnough(done: readonly SweptEvent[]): readonly SweptEvent[] {
    const removed: SweptEvent[] = [];
    for (const event of done) {
      if (hasEnough()) break;
      sweep.remove([event]);
      removed.push(event);
    }
    return removed;
  }

  /** What is used before so many events are stored; null: they fit for certain, or no more room can be made for them. */
  function usedIfUnsure(events: number): number | null {
    sure -= events;
    if (sure >= 0) return null;
    const usedBytes = size.usedBytes();
    const room = Math.floor((maxBytes - usedBytes) / MOST_EVENT_BYTES);
    sure = Math.max(0, Math.min(room, MOST_UNLOOKED) - events);
    if (isFull(usedBytes)) {
      step();
      if (isFull()) throw refusal();
    }
    return room >= events || hasEnough() ? null : size.usedBytes();
  }

  function assertFits(before: number | null): void {
    const used = before === null ? 0 : size.usedBytes();
    refusedBytes = used > maxBytes ? used - (before ?? 0) : 0;
    if (refusedBytes === 0) return;
    // Those that were delivered may go, although the quota is not reached.
    clearing = true;
    throw refusal();
  }

  function refusal(): JournalWriteError {
    return new JournalWriteError(
      'quota',
      `the journal ${file} has reached its quota (journal.maxBytes, ${maxBytes} bytes) with undelivered events and ` +
        'dead letters; nothing is lost, reading goes on when deliveries make room. Mend the receiver, remove dead ' +
        'letters with "offhook journal purge", or raise the quota.',
    );
  }

  return {
    quota: () => ({ bytes: size.bytes(), maxBytes, full: isRefusing() }),
    makeRoom() {
      if (!clearing && size.usedBytes() < maxBytes * HIGH_WATER) return { events: 0, more: false };
      const { events, ended } = step();
      clearing = !ended;
      return { events, more: clearing };
    },
    storing(events, transaction) {
      const before = usedIfUnsure(events);
      try {
        return transaction(() => assertFits(before));
      } catch (error) {
        const isRefused = error instanceof JournalWriteError && error.code === 'quota';
        if (!isRefused || step().events === 0) throw error;
      }
      const after = hasEnough() ? null : size.usedBytes();
      return transaction(() => assertFits(after));
    },
  };
}
