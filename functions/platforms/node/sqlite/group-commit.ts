import type { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../../../settings/ambient/clock.ts';

/**
 * Runs `work`, which is synchronous, against the database; resolves with what it returned once that is durable. It may be
 * undone and run once more, because of others: what it notes elsewhere must bear that.
 */
export type Commit = <T>(work: () => T) => Promise<T>;

type Waiting = {
  /** Runs the work; says what to tell its caller once the group is durable. */
  run(): Ran;
  reject(error: unknown): void;
};
type Ran = { readonly tell: () => void; readonly failed: boolean };

/**
 * @property lazily for what nobody waits for: together with the next work that somebody does wait for, or a moment later. A
 *   commit of its own would keep the next one waiting for the disk.
 */
type GroupCommit = Commit & { readonly lazily: Commit };

const LAZY_MS = 5;

/** What callers ask for in one turn is bounded by connections and handlers; this bounds how long a commit blocks. */
const MOST_A_GROUP = 512;

/**
 * - `durable`: on the disk when it resolves, with everything that was committed before. At the end of the turn.
 * - `soon`: it outlives the process when it resolves, which is at once; a power cut may take it back until something
 *   durable has followed.
 */
type Lane = 'durable' | 'soon';

/**
 * Everything that is asked for in one turn of the event loop, by deliveries and handlers alike, in one transaction: one
 * fsync for all of it. Each piece of work is all or nothing by itself: one that throws takes no other with it. When the
 * commit itself fails, so do all of them.
 *
 * Hardly any throws, and a savepoint has SQLite copy every page before each piece changes it, a fifth of what it costs to
 * store an event. So there are none at first. When one throws, all is undone and run again, each in a savepoint, and so are
 * the next groups until nothing fails.
 *
 * @param lane @default 'durable'
 */
export function createGroupCommit(database: DatabaseSync, lane: Lane = 'durable'): GroupCommit {
  const later = lane === 'durable' ? setImmediate : process.nextTick;
  let asked = false;
  let cancelLazy: (() => void) | null = null;
  let waiting: Waiting[] = [];
  let apart = false;
  const begin = database.prepare('SAVEPOINT work');
  const keep = database.prepare('RELEASE work');

  /** Some errors, a full disk for one, have ended the transaction already. */
  const undo = () => {
    if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
  };
  const runTogether = (group: readonly Waiting[]): readonly Ran[] | null => {
    if (apart) return null;
    database.exec('BEGIN IMMEDIATE');
    try {
      return group.map((one) => one.run());
    } catch {
      // By whose fault shows when each runs apart.
      undo();
      apart = true;
      return null;
    }
  };
  const runApart = (group: readonly Waiting[]): readonly Ran[] => {
    database.exec('BEGIN IMMEDIATE');
    const ran = group.map((one) => one.run());
    apart = ran.some(({ failed }) => failed);
    return ran;
  };

  const flush = () => {
    asked = false;
    cancelLazy?.();
    cancelLazy = null;
    const group = waiting.slice(0, MOST_A_GROUP);
    waiting = waiting.slice(MOST_A_GROUP);
    if (group.length === 0) return;
    if (waiting.length > 0) flushLater();
    try {
      if (lane === 'soon') database.exec('PRAGMA synchronous = NORMAL');
      const ran = runTogether(group) ?? runApart(group);
      database.exec('COMMIT');
      for (const { tell } of ran) tell();
    } catch (error) {
      undo();
      for (const { reject } of group) reject(error);
    } finally {
      if (lane === 'soon' && database.isOpen) database.exec('PRAGMA synchronous = FULL');
    }
  };

  /** Whoever comes in the same turn goes along. */
  const flushLater = () => {
    if (asked) return;
    asked = true;
    later(flush);
  };

  const waitFor = <T>(work: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const run = (): Ran => {
        if (!apart) {
          const result = work();
          return { tell: () => resolve(result), failed: false };
        }
        begin.run();
        try {
          const result = work();
          keep.run();
          return { tell: () => resolve(result), failed: false };
        } catch (error) {
          // Without a transaction there is nothing to go on in: the whole group fails.
          if (!database.isTransaction) throw error;
          database.exec('ROLLBACK TO work; RELEASE work');
          return { tell: () => reject(error), failed: true };
        }
      };
      waiting.push({ run, reject });
    });

  const commit: Commit = (work) => {
    flushLater();
    return waitFor(work);
  };
  const lazily: Commit = (work) => {
    cancelLazy ??= systemClock.after(LAZY_MS, flush);
    return waitFor(work);
  };
  return Object.assign(commit, { lazily });
}

/** For who commits alone: each statement by itself, durable when it returns. */
export const commitAlone: Commit = async (work) => work();
