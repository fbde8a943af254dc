import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Outage } from '../../delivery/delivery-store.ts';
import { integerOf, nullable, textOf } from '../database/column.ts';
import { createDatabaseSize, type JournalBytes } from '../database/database-size.ts';
import { type JournalOwner, readHolder } from '../database/journal-lock.ts';
import { schemaVersion } from '../database/journal-schema.ts';
import { createLastSequence } from '../records/last-sequence.ts';
import { createQueueReport } from '../records/queue-report.ts';
import { readFailures } from '../records/read-failures.ts';
import type { BesideJournal } from './open-beside.ts';

/** Everything about a journal on one page; times are wall time in milliseconds. */
export type JournalStatus = {
  readonly directory: string;
  readonly schema: number;
  /** UID of the `kube-system` namespace; null before the first contact. */
  readonly clusterUid: string | null;
  /** The watcher that runs on it; `unnamed` when it runs but is not known, null when none does. */
  readonly owner: JournalOwner | 'unnamed' | null;
  readonly bytes: JournalBytes;
  readonly events: {
    readonly stored: number;
    readonly oldestMs: number | null;
    readonly lastSequence: number;
  };
  readonly deliveries: { readonly pending: number; readonly delivered: number; readonly dead: number };
  readonly knownPods: number;
  readonly resumePoints: readonly ResumePoint[];
  readonly subscriptions: readonly SubscriptionStatus[];
};

type ResumePoint = {
  readonly stream: string;
  readonly resourceVersion: string;
  readonly committedAtMs: number;
};

export type SubscriptionStatus = {
  readonly subscription: string;
  readonly pending: number;
  readonly dead: number;
  readonly oldestPendingMs: number | null;
  /** Why; null while enabled. */
  readonly disabled: string | null;
  /** How long its receiver still wants silence. */
  readonly pausedForMs: number;
  /** Its receiver fails as a whole; null when it took what it got last. */
  readonly outage: Outage | null;
  /** Of what waits or was given up, the latest failure; null when there was none. */
  readonly lastError: { readonly reason: string; readonly atMs: number } | null;
  /** When the next attempt is due, perhaps in the past; null when none is. */
  readonly nextAttemptMs: number | null;
};

/** Looks at everything once; takes as long as the journal is large, and the watcher does not notice. */
export function readStatus({ database, file, directory }: BesideJournal, nowMs: number): JournalStatus {
  const fact = (name: string) => database.prepare('SELECT value FROM fact WHERE name = ?').get(name);
  const clusterUid = fact('cluster_uid');
  const events = database.prepare('SELECT count(*) AS stored, MIN(stored_at_ms) AS oldest FROM event').get();
  return {
    directory,
    schema: schemaVersion(database),
    clusterUid: clusterUid === undefined ? null : textOf(clusterUid, 'value'),
    owner: readHolder(directory),
    bytes: createDatabaseSize(database, file).bytes(),
    events: {
      stored: integerOf(events, 'stored'),
      oldestMs: nullable(integerOf, events, 'oldest'),
      lastSequence: createLastSequence(database)(),
    },
    deliveries: countDeliveries(database),
    knownPods: integerOf(database.prepare('SELECT count(*) AS n FROM pod').get(), 'n'),
    resumePoints: database.prepare('SELECT * FROM resume_point ORDER BY stream').all().map(resumePoint),
    subscriptions: subscriptions(database, nowMs),
  };
}

function countDeliveries(database: DatabaseSync): JournalStatus['deliveries'] {
  const rows = database.prepare('SELECT state, count(*) AS n FROM delivery GROUP BY state').all();
  const of = (state: string) => {
    const row = rows.find((each) => each.state === state);
    return row === undefined ? 0 : integerOf(row, 'n');
  };
  return { pending: of('pending'), delivered: of('delivered'), dead: of('dead') };
}

function resumePoint(row: Record<string, SQLOutputValue>): ResumePoint {
  const resourceVersion = textOf(row, 'resource_version');
  return { stream: textOf(row, 'stream'), resourceVersion, committedAtMs: integerOf(row, 'committed_at_ms') };
}

function subscriptions(database: DatabaseSync, nowMs: number): SubscriptionStatus[] {
  const queues = new Map(
    createQueueReport(database, () => nowMs)
      .queues()
      .map((queue) => [queue.subscription, queue]),
  );
  const standings = new Map(
    database
      .prepare('SELECT name, disabled_why, paused_until_ms FROM subscription')
      .all()
      .map((row) => [textOf(row, 'name'), row]),
  );
  const failures = readFailures(database, nowMs);
  return [...new Set([...queues.keys(), ...standings.keys()])].sort().map((subscription) => {
    const { pending = 0, dead = 0, oldestPendingMs = null } = queues.get(subscription) ?? {};
    const row = standings.get(subscription);
    const pausedUntilMs = row === undefined ? 0 : (nullable(integerOf, row, 'paused_until_ms') ?? 0);
    const disabled = row === undefined ? null : nullable(textOf, row, 'disabled_why');
    const pausedForMs = Math.max(0, pausedUntilMs - nowMs);
    const { outage, lastError, nextDueMs } = failures(subscription);
    const nextMs = nextDueMs === null ? null : Math.max(nextDueMs, pausedUntilMs);
    const nextAttemptMs =
      outage === null || nextMs === null ? nextMs : Math.max(nextMs, nowMs + outage.nextInMs);
    const waits = { pending, dead, oldestPendingMs, nextAttemptMs };
    return { subscription, ...waits, disabled, pausedForMs, outage, lastError };
  });
}
