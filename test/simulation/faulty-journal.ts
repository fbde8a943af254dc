import type { ResumePointChange } from '../../watcher/ingest/lifecycle-journal.ts';
import { JournalWriteError } from '../../watcher/journal/database/journal-error.ts';
import type { Journal } from '../../watcher/journal/open-journal.ts';
import { Crash, type CrashPoint } from './crash-points.ts';

export type JournalProcess = {
  isAlive(): boolean;
  visit(point: CrashPoint): void;
  isDiskFull(): boolean;
  /** A commit that is durable, with the resume points in it. */
  onCommitted(resumePoints: readonly ResumePointChange[]): void;
};

/**
 * The real journal with a disk that can be full, and with the steps of a commit at which the process can die:
 * before it, in the middle of its transaction, after it. A dead process reaches nothing any more.
 */
export function createFaultyJournal(journal: Journal, process: JournalProcess): Journal {
  const alive = (): void => {
    if (!process.isAlive()) throw new Crash('dead');
  };
  const write = <T>(work: () => T): T => {
    alive();
    if (process.isDiskFull()) throw new JournalWriteError('full', 'no space left (simulated)');
    return work();
  };
  const read =
    <A extends unknown[], T>(work: (...parameters: A) => T) =>
    (...parameters: A): T => {
      alive();
      return work(...parameters);
    };
  return {
    ...journal,
    resumePoint: read(journal.resumePoint),
    resumePoints: read(journal.resumePoints),
    due: read(journal.due),
    load: read(journal.load),
    nextDueInMs: read(journal.nextDueInMs),
    standing: read(journal.standing),
    giveUp: (subscription, why) => write(() => journal.giveUp(subscription, why)),
    disable: (subscription, why) => write(() => journal.disable(subscription, why)),
    commit(batch) {
      process.visit('beforeCommit');
      const events = batch.events.map((event) => ({
        ...event,
        encode(sequence: number) {
          process.visit('insideTransaction');
          return event.encode(sequence);
        },
      }));
      const stored = write(() => journal.commit({ ...batch, events }));
      process.onCommitted(batch.resumePoints);
      process.visit('afterCommit');
      return stored;
    },
    recordOutcomes(records) {
      process.visit('beforeRecord');
      write(() => journal.recordOutcomes(records));
      process.visit('afterRecord');
    },
    removeExpired(nowMs) {
      process.visit('purge');
      return write(() => journal.removeExpired(nowMs));
    },
  };
}
