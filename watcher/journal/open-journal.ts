import { hostname } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { DeliveryStore } from '../delivery/delivery-store.ts';
import type { LifecycleJournal } from '../ingest/lifecycle-journal.ts';
import { type ClusterBinding, createClusterBinding } from './cluster-binding.ts';
import { createOutcomeRecorder } from './delivery-outcomes.ts';
import { createDeliveryQueue } from './delivery-queue.ts';
import { prepareDirectory } from './journal-directory.ts';
import { acquireLock } from './journal-lock.ts';
import { createLifecycleRecords } from './lifecycle-records.ts';
import { openDatabase } from './open-database.ts';
import { createPurge, type PurgeReport } from './purge.ts';
import { createQueueReport, type QueueReport } from './queue-report.ts';
import { createSteadyClock } from './steady-clock.ts';
import { createSubscriptionStandings } from './subscription-standing.ts';
import { createWriter, type Writer } from './writer.ts';

const DEFAULT_RETENTION_MS = 3 * 24 * 3600 * 1000;

export type JournalOptions = {
  readonly directory: string;
  /** UID of the `kube-system` namespace; can be bound later. */
  readonly clusterUid?: string;
  /** Accept a directory in memory. */
  readonly allowVolatile?: boolean;
  /** How long settled events and dead letters are kept; three days unless given. */
  readonly retentionMs?: number;
  readonly clock: Clock;
  readonly log?: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
};

/** Everything the watcher must not forget, in one SQLite database that one process holds. */
export interface Journal
  extends LifecycleJournal,
    DeliveryStore,
    ClusterBinding,
    QueueReport,
    Pick<Writer, 'writable' | 'lastError'> {
  /** Removes a bounded number of old events; `nowMs` is wall time. */
  purge(nowMs: number): PurgeReport;
  /** Gives the directory free. Idempotent; no other method may be called afterwards. */
  close(): void;
}

/**
 * Opens the journal in `directory`, creating what is missing there, and holds it until {@link Journal.close}.
 *
 * @throws {JournalError} when it cannot be used: `directory`, `volatile`, `locked`, `schema`, `corrupt`, `cluster`.
 * @throws {JournalWriteError} when it cannot be written, such as `full`.
 */
export function openJournal(options: JournalOptions): Journal {
  const { clock, allowVolatile = false } = options;
  const directory = prepareDirectory(options.directory, allowVolatile);
  const since = new Date(clock.nowMs()).toISOString();
  const lock = acquireLock(directory, { pid: process.pid, host: hostname(), since });
  let database: DatabaseSync | undefined;
  try {
    const opened = openDatabase(directory);
    database = opened.database;
    const parts = assemble(opened.database, opened.file, options);
    if (options.clusterUid !== undefined) parts.bindCluster(options.clusterUid);
    return { ...parts, close: once(() => closeAll(opened.database, lock)) };
  } catch (error) {
    database?.close();
    lock.release();
    throw error;
  }
}

function assemble(database: DatabaseSync, file: string, options: JournalOptions): Omit<Journal, 'close'> {
  const { clock, log, retentionMs = DEFAULT_RETENTION_MS } = options;
  const steadyMs = createSteadyClock(clock);
  const writer = createWriter(database, file, clock);
  const { isDisabled, pause, ...standings } = createSubscriptionStandings({
    database,
    writer,
    clock,
    steadyMs,
  });
  const onDeadLetters = (deadLetters: number) =>
    log?.warn({ deadLetters, retentionMs }, 'removing dead letters that are older than the retention');
  return {
    ...createLifecycleRecords({ database, writer, clock, steadyMs, isDisabled }),
    ...createDeliveryQueue({ database, writer, steadyMs }),
    recordOutcomes: createOutcomeRecorder({ database, writer, clock, steadyMs, pause }),
    ...standings,
    ...createClusterBinding(database, file, writer),
    ...createQueueReport(database, steadyMs),
    writable: writer.writable,
    lastError: writer.lastError,
    purge: createPurge({ database, writer, retentionMs, onDeadLetters }),
  };
}

function closeAll(database: DatabaseSync, lock: { release(): void }): void {
  try {
    database.close();
  } finally {
    lock.release();
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
