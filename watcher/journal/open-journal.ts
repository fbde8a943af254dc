import { hostname } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../settings/ambient/clock.ts';
import type { DeliveryStore } from '../delivery/delivery-store.ts';
import type { LifecycleJournal } from '../ingest/lifecycle-journal.ts';
import type { HandoverStore } from '../standby/handover-store.ts';
import { createDatabaseSize } from './database/database-size.ts';
import { createForeignChanges } from './database/foreign-changes.ts';
import { prepareDirectory } from './database/journal-directory.ts';
import { acquireLock } from './database/journal-lock.ts';
import { createLateSync, type LateSync } from './database/late-sync.ts';
import { openJournalDatabase } from './database/open-journal-database.ts';
import { createSteadyClock } from './database/steady-clock.ts';
import { createWriter, type Writer } from './database/writer.ts';
import { type ClusterBinding, createClusterBinding } from './records/cluster-binding.ts';
import { createDeliveryQueue } from './records/delivery-queue.ts';
import { createHandoverRecords } from './records/handover-records.ts';
import { createHurryRequests } from './records/hurry-requests.ts';
import { createLifecycleRecords } from './records/lifecycle-records.ts';
import { createOutageRecords } from './records/outage-records.ts';
import { createOutcomeStore } from './records/outcome-store.ts';
import { createPartitionOrder } from './records/partition-order.ts';
import { createQueueReport, type QueueReport } from './records/queue-report.ts';
import { createSubscriptionStandings } from './records/subscription-standing.ts';
import { createWaitingQuota, type QuotaTurn, type TenantLimits } from './records/waiting-quota.ts';
import { createQuota, type Quota } from './upkeep/quota.ts';
import { createRetention, type RetentionReport } from './upkeep/retention.ts';
import { createSweep } from './upkeep/sweep.ts';

const DEFAULT_RETENTION_MS = 3 * 24 * 3600 * 1000;
const DEFAULT_MAX_BYTES = 1024 ** 3;

export type JournalOptions = {
  readonly directory: string;
  /** UID of the `kube-system` namespace; can be bound later. */
  readonly clusterUid?: string;
  /** Accept a directory in memory. */
  readonly allowVolatile?: boolean;
  /** How long settled events and dead letters are kept; three days unless given. */
  readonly retentionMs?: number;
  /** How large the journal may become; 1 GiB unless given. */
  readonly maxBytes?: number;
  /** What may wait of each tenant; left out: nothing is bounded but the journal. */
  readonly tenantLimits?: TenantLimits;
  readonly clock: Clock;
  readonly log?: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
};

/** Everything the watcher must not forget, in one SQLite database that one process holds. */
export interface Journal
  extends LifecycleJournal,
    DeliveryStore,
    HandoverStore,
    ClusterBinding,
    QueueReport,
    Pick<Quota, 'quota' | 'makeRoom'>,
    Pick<Writer, 'writable' | 'lastError'> {
  /** Removes a bounded number of old events; `nowMs` is wall time. */
  removeExpired(nowMs: number): RetentionReport;
  isDisabled(subscription: string): boolean;
  /**
   * Enables a subscription that was disabled with exactly this reason; what became a dead letter stays one.
   *
   * @returns whether it was disabled so.
   * @throws {JournalWriteError} when that cannot be stored.
   */
  takeBack(subscription: string, why: string): boolean;
  /**
   * What another process (`offhook journal`) has changed since the last call: there may be more to deliver, and these
   * subscriptions were enabled, and those are to be tried now. null when nothing was changed.
   */
  takeForeignChanges(): { readonly enabled: readonly string[]; readonly hurried: readonly string[] } | null;
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
    const opened = openJournalDatabase(directory);
    database = opened.database;
    const writer = createWriter(opened.database, opened.file, clock);
    const lateSync = createLateSync(`${opened.file}-wal`, writer.fail);
    const parts = assemble({ ...opened, writer, lateSync }, options);
    if (options.clusterUid !== undefined) parts.bindCluster(options.clusterUid);
    return { ...parts, close: once(() => closeAll(opened.database, lateSync, lock)) };
  } catch (error) {
    database?.close();
    lock.release();
    throw error;
  }
}

type Parts = {
  readonly database: DatabaseSync;
  readonly file: string;
  readonly writer: Writer;
  readonly lateSync: LateSync;
};

function assemble(
  { database, file, writer, lateSync }: Parts,
  options: JournalOptions,
): Omit<Journal, 'close'> {
  const { clock, log, retentionMs = DEFAULT_RETENTION_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  const steadyMs = createSteadyClock(clock);
  const outages = createOutageRecords(database, steadyMs);
  const { isDisabled, pause, reload, disable, ...standings } = createSubscriptionStandings({
    ...{ database, writer, clock, steadyMs },
    readOutage: outages.read,
  });
  const waiting = createWaitingQuota(database, options.tenantLimits ?? null, tellTurn(log));
  const takeHurried = createHurryRequests(database, writer);
  const order = createPartitionOrder(database, writer);
  const sweep = createSweep(database);
  const size = createDatabaseSize(database, file);
  const { storing, ...quota } = createQuota({
    ...{ size, sweep, writer, file, maxBytes },
    onDeadLetters: (deadLetters) =>
      log?.warn({ deadLetters }, 'removing dead letters of namespaces beyond their quota, to make room'),
  });
  const whenChanged = createForeignChanges(database);
  const onDeadLetters = (deadLetters: number) =>
    log?.warn({ deadLetters, retentionMs }, 'removing dead letters that are older than the retention');
  return {
    ...createLifecycleRecords({
      database,
      writer,
      clock,
      steadyMs,
      isDisabled,
      storing,
      waiting,
      lateSync,
    }),
    ...createDeliveryQueue({ database, writer, steadyMs, order, lateSync }),
    recordOutcomes: createOutcomeStore({
      ...{ database, writer, clock, steadyMs, pause, order },
      saveOutage: outages.save,
      waiting: {
        ...waiting,
        // A 2xx that comes late finds its delivery dead already.
        left: (subscription, sequence) => isDisabled(subscription) || waiting.left(subscription, sequence),
      },
    }),
    ...standings,
    disable(subscription, why) {
      waiting.forget();
      return disable(subscription, why);
    },
    isDisabled,
    takeForeignChanges: () =>
      whenChanged(() => {
        waiting.forget();
        return { enabled: reload(), hurried: takeHurried() };
      }),
    ...quota,
    ...createClusterBinding(database, file, writer),
    ...createQueueReport(database, steadyMs),
    ...createHandoverRecords(database, writer),
    writable: writer.writable,
    lastError: writer.lastError,
    removeExpired: createRetention({ sweep, writer, retentionMs, onDeadLetters }),
  };
}

function tellTurn(log: JournalOptions['log']): (turn: QuotaTurn) => void {
  return ({ namespace, why, deadLetters }) => {
    if (why === null) log?.warn({ namespace, deadLetters }, 'a namespace is below its quota again');
    else
      log?.warn({ namespace, why }, 'a namespace has reached its quota: what comes is kept as dead letters');
  };
}

function closeAll(
  database: DatabaseSync,
  lateSync: Pick<LateSync, 'close'>,
  lock: { release(): void },
): void {
  try {
    lateSync.close();
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
