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
   * Called before so many events are stored. While there is room for certain it looks at the size only now and then: two
   * statements, before a change can be stored and sent.
   *
   * @throws {JournalWriteError} `quota` when there is no room and none could be made at once.
   */
  assertRoom(events: number): void;
}

/**
 * Bounds the journal. What happens as it fills:
 *
 * | used | what happens |
 * |---|---|
 * | from 90 % | events that every subscription has, or lacks only because its tenant may not have more wait, are removed, oldest first, down to 80 %, before their retention |
 * | from 100 % | new events are refused, so the watch stops reading and resumes where it stood when there is room |
 *
 * Nothing pending and no other dead letter is ever removed for room. Outcomes are always stored: only they make room.
 */
export function createQuota({ size, sweep, writer, file, maxBytes, onDeadLetters }: Dependencies): Quota {
  let clearing = false;
  /** Where the last step of the round ended. */
  let after = 0;

  /** Events that there is room for, for certain. */
  let sure = 0;

  const isFull = () => size.usedBytes() >= maxBytes;
  const hasEnough = () => size.usedBytes() <= maxBytes * LOW_WATER;

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

  return {
    quota: () => ({ bytes: size.bytes(), maxBytes, full: isFull() }),
    makeRoom() {
      if (!clearing && size.usedBytes() < maxBytes * HIGH_WATER) return { events: 0, more: false };
      const { events, ended } = step();
      clearing = !ended;
      return { events, more: clearing };
    },
    assertRoom(events) {
      sure -= events;
      if (sure >= 0) return;
      const room = Math.floor((maxBytes - size.usedBytes()) / MOST_EVENT_BYTES);
      sure = Math.max(0, Math.min(room, MOST_UNLOOKED) - events);
      if (!isFull()) return;
      step();
      if (!isFull()) return;
      throw new JournalWriteError(
        'quota',
        `the journal ${file} has reached its quota (journal.maxBytes, ${maxBytes} bytes) with undelivered events and ` +
          'dead letters; nothing is lost, reading goes on when deliveries make room. Mend the receiver, remove dead ' +
          'letters with "offhook journal purge", or raise the quota.',
      );
    },
  };
}
