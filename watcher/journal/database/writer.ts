import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { integerOf } from './column.ts';
import { JournalWriteError } from './journal-error.ts';
import { toSyncError, toWriteError } from './sqlite-fault.ts';

/** {@link Writer.writable} writes at most this often; in between it repeats its answer. */
const PROBE_INTERVAL_MS = 1000;
/** Of the pages after which a checkpoint comes: at so many an outcome's commit does it. */
const EARLIER_CHECKPOINT = 0.7;
/**
 * And at so many the commit of something that nobody waits for, as a list of Pods. Commit follows on commit there: four short
 * checkpoints hold everything else up for 6 to 10 ms each, one of all pages for 15 to 25.
 */
const SMALL_CHECKPOINT = 0.25;

type TransactionOptions = {
  /**
   * false: survives the process, but not the machine, until the next durable one. `soon`: the same, and the caller takes it to
   * the disk (see {@link Writer.fail}).
   */
  readonly durable?: boolean | 'soon';
  /** false: the checkpoint comes sooner, and takes less time. */
  readonly awaited?: boolean;
};

export interface Writer {
  /**
   * Runs `work` in one transaction: all of it is stored when this returns, or nothing of it.
   *
   * It is on the disk then, unless `durable` says otherwise. For what may be done again after a power failure, and must not
   * cost an fsync.
   *
   * @throws {JournalWriteError} when the disk or the file fails; after a fatal one every later call throws it again.
   */
  transaction<T>(work: () => T, options?: TransactionOptions): T;
  /** What a transaction had written could not be taken to the disk: the same as if it had failed of that, fatally. */
  fail(error: unknown): void;
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

  /**
   * What need not be durable, and what nobody waits for, takes the checkpoint upon itself, sooner than that would come in the
   * commit of an event, which is sent only afterwards.
   */
  function relax({ durable, awaited }: Required<TransactionOptions>): void {
    const synchronous = durable === true ? 'FULL' : 'NORMAL';
    const part = awaited ? 1 : durable === true ? SMALL_CHECKPOINT : EARLIER_CHECKPOINT;
    database.exec(
      `PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = ${Math.floor(pages * part)}`,
    );
  }

  /** At once, and not before the next event: that is to be stored soon. */
  function tighten(): void {
    if (!database.isTransaction)
      database.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${pages}`);
  }

  function transaction<T>(
    work: () => T,
    { durable = true, awaited = durable !== false }: TransactionOptions = {},
  ): T {
    if (lastError?.fatal) throw lastError;
    const isUsual = durable === true && awaited;
    try {
      if (!isUsual) relax({ durable, awaited });
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
      if (!isUsual) tighten();
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

  function fail(error: unknown): void {
    lastError = toSyncError(error, file);
  }

  return { transaction, fail, writable, lastError: () => lastError };
}
