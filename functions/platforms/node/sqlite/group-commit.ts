import type { DatabaseSync } from 'node:sqlite';

/** Runs `work`, which is synchronous, against the database; resolves with what it returned once that is durable. */
export type Commit = <T>(work: () => T) => Promise<T>;

type Waiting = {
  /** Runs the work; says what to tell its caller once the group is durable. */
  run(): () => void;
  reject(error: unknown): void;
};

/** What callers ask for in one turn is bounded by connections and handlers; this bounds how long a commit blocks. */
const MOST_A_GROUP = 512;

/**
 * Everything that is asked for in one turn of the event loop, by deliveries and handlers alike, in one transaction: one
 * fsync for all of it. Each piece of work is all or nothing by itself: one that throws takes no other with it. When the
 * commit itself fails, so do all of them.
 */
export function createGroupCommit(database: DatabaseSync): Commit {
  let waiting: Waiting[] = [];

  const flush = () => {
    const group = waiting.slice(0, MOST_A_GROUP);
    waiting = waiting.slice(MOST_A_GROUP);
    if (waiting.length > 0) setImmediate(flush);
    try {
      database.exec('BEGIN IMMEDIATE');
      const tell = group.map((one) => one.run());
      database.exec('COMMIT');
      for (const each of tell) each();
    } catch (error) {
      // Some errors, a full disk for one, have ended the transaction already.
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
      for (const { reject } of group) reject(error);
    }
  };

  return (work) =>
    new Promise((resolve, reject) => {
      const run = () => {
        database.exec('SAVEPOINT work');
        try {
          const result = work();
          database.exec('RELEASE work');
          return () => resolve(result);
        } catch (error) {
          // Without a transaction there is nothing to go on in: the whole group fails.
          if (!database.isTransaction) throw error;
          database.exec('ROLLBACK TO work; RELEASE work');
          return () => reject(error);
        }
      };
      // Whoever comes in the same turn goes along.
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ run, reject });
    });
}

/** For who commits alone: each statement by itself, durable when it returns. */
export const commitAlone: Commit = async (work) => work();
