import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { integerOf } from './column.ts';
import { JournalWriteError } from './journal-error.ts';
import { toWriteError } from './sqlite-fault.ts';

/** {@link Writer.writable} writes at most this often; in between it repeats its answer. */
const PROBE_INTERVAL_MS = 1000;
/** Of the pages after which a checkpoint comes: at so many an outcome's commit does it. */
const EARLIER_CHECKPOINT = 0.7;

export interface Writer {
  /**
   * Runs `work` in one transaction: all of it is stored when this returns, or nothing of it.
   *
   * It is on the disk then, unless `durable` is false: such a transaction survives the process, but not the machine,
   * until the next durable one. For what may be done again after a power failure, and must not cost an fsync.
   *
   * @throws {JournalWriteError} when the disk or the file fails; after a fatal one every later call throws it again.
   */
  transaction<T>(work: () => T, options?: { readonly durable?: boolean }): T;
  /** Whether the journal can store something now, found out by storing something. */
  writable(): boolean;
  /** Why the last write failed; null when it did not. */
  lastError(): JournalWriteError | null;
}

/** The one way to write to the database `file`. */
export function createWriter(database: DatabaseSync, file: string, clock: Clock): Writer {
  const probe = database.prepare("INSERT OR REPLACE INTO fact VALUES ('probed_at_ms', ?)");
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  let lastError: JournalWriteError | null = null;
  let probedAtMs = Number.NEGATIVE_INFINITY;

  const pages = integerOf(database.prepare('PRAGMA wal_autocheckpoint').get(), 'wal_autocheckpoint');
  const fewerPages = Math.floor(pages * EARLIER_CHECKPOINT);

  /**
   * For what need not be durable: nobody waits for it, so it also takes the checkpoint upon itself, somewhat sooner than
   * that would come in the commit of an event, which is sent only afterwards.
   */
  function relax(): void {
    database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${fewerPages}`);
  }

  /** At once, and not before the next event: that is to be stored soon. */
  function tighten(): void {
    if (!database.isTransaction)
      database.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${pages}`);
  }

  function transaction<T>(work: () => T, { durable = true }: { readonly durable?: boolean } = {}): T {
    if (lastError?.fatal) throw lastError;
    try {
      if (!durable) relax();
      begin.run();
      const result = work();
      commit.run();
      lastError = null;
      return result;
    } catch (error) {
      const failure = toWriteError(error, file);
      // At its quota a journal can be written.
      if (failure instanceof JournalWriteError && failure.code !== 'quota') lastError = failure;
      rollBack();
      throw failure;
    } finally {
      if (!durable) tighten();
    }
  }

  /** SQLite rolls back by itself after some errors, and cannot after others; then the error is fatal already. */
  function rollBack(): void {
    try {
      if (database.isTransaction) database.exec('ROLLBACK');
    } catch (error) {
      lastError = new JournalWriteError('io', `cannot roll back the journal ${file}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  function writable(): boolean {
    const nowMs = clock.monotonicMs();
    if (nowMs - probedAtMs < PROBE_INTERVAL_MS) return lastError === null;
    probedAtMs = nowMs;
    try {
      transaction(() => probe.run(Math.round(clock.nowMs())));
    } catch (error) {
      if (!(error instanceof JournalWriteError)) throw error;
    }
    return lastError === null;
  }

  return { transaction, writable, lastError: () => lastError };
}
