import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Clock } from '../../../settings/ambient/clock.ts';
import type {
  JournalBatch,
  JournalledEvent,
  LifecycleJournal,
  NewEvent,
  StoredPoint,
} from '../../ingest/lifecycle-journal.ts';
import { readStreamName } from '../../source/sink/stream-name.ts';
import { integerOf, textOf } from '../database/column.ts';
import { hasId } from '../database/event-id-index.ts';
import type { LateSync } from '../database/late-sync.ts';
import type { Writer } from '../database/writer.ts';
import type { Quota } from '../upkeep/quota.ts';
import { createLastSequence } from './last-sequence.ts';
import { createOriginStore } from './origins.ts';
import type { WaitingQuota } from './waiting-quota.ts';

type Dependencies = {
  readonly database: DatabaseSync;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly steadyMs: () => number;
  readonly isDisabled: (subscription: string) => boolean;
  readonly storing: Quota['storing'];
  readonly waiting: WaitingQuota;
  readonly lateSync: Pick<LateSync, 'begin' | 'whenDurable'>;
};

/**
 * What the watch knows and what it learned: resume points, last-known Pods, and events with their deliveries.
 *
 * Sequence numbers go on from those in the database, in the transaction that uses them: none is ever given twice, and
 * none is missing.
 */
export function createLifecycleRecords(
  dependencies: Dependencies,
): Omit<LifecycleJournal, 'endedSubscriptions'> {
  const { database, writer, clock, waiting, lateSync } = dependencies;
  const selectPoint = database.prepare(
    'SELECT resource_version, committed_at_ms FROM resume_point WHERE stream = ?',
  );
  const selectPoints = database.prepare('SELECT * FROM resume_point ORDER BY stream');
  const savePoint = database.prepare('INSERT OR REPLACE INTO resume_point VALUES (?, ?, ?)');
  const forgetPoint = database.prepare('DELETE FROM resume_point WHERE stream = ?');
  const selectPods = database.prepare('SELECT key, json FROM pod ORDER BY rowid');
  const savePod = database.prepare(
    'INSERT INTO pod (key, json) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET json = excluded.json',
  );
  const forgetPod = database.prepare('DELETE FROM pod WHERE key = ?');
  const storeEvents = createEventStore(dependencies);
  const storeOrigin = createOriginStore(database);

  function store(batch: JournalBatch, assertFits: () => void): readonly JournalledEvent[] {
    // Pods alone: a list is under way, or many changes mean nothing.
    const awaited = batch.events.length > 0 || batch.resumePoints.length > 0;
    const durable = batch.mayWait === true ? 'soon' : true;
    const kept = waiting.counting(() =>
      writer.transaction(
        () => {
          for (const { key, json } of batch.pods) {
            if (json === null) forgetPod.run(key);
            else savePod.get(key, json);
          }
          for (const { stream, resourceVersion, committedAtMs = clock.nowMs() } of batch.resumePoints) {
            if (resourceVersion === null) forgetPoint.run(stream);
            else savePoint.run(stream, resourceVersion, Math.round(committedAtMs));
          }
          const stored = storeEvents(batch.events);
          if (batch.origin !== undefined) storeOrigin(batch.origin, stored);
          assertFits();
          return stored;
        },
        { durable, awaited },
      ),
    );
    const [first] = kept;
    if (durable === 'soon' && first !== undefined) lateSync.begin(first.sequence);
    return kept;
  }

  return {
    resumePoint(stream) {
      const row = selectPoint.get(stream);
      if (row === undefined) return null;
      const committedAtMs = integerOf(row, 'committed_at_ms');
      return { resourceVersion: textOf(row, 'resource_version'), committedAtMs };
    },
    resumePoints: () => selectPoints.all().flatMap(readStoredPoint),
    knownPods: () => selectPods.all().map((row) => ({ key: textOf(row, 'key'), json: textOf(row, 'json') })),
    commit(batch: JournalBatch) {
      return batch.events.length === 0
        ? store(batch, () => {})
        : dependencies.storing(batch.events.length, (assertFits) => store(batch, assertFits));
    },
    whenDurable: lateSync.whenDurable,
  };
}

function readStoredPoint(row: Record<string, SQLOutputValue>): readonly StoredPoint[] {
  const stream = readStreamName(textOf(row, 'stream'));
  if (stream === null) return [];
  const committedAtMs = integerOf(row, 'committed_at_ms');
  return [{ stream, resourceVersion: textOf(row, 'resource_version'), committedAtMs }];
}

function createEventStore({ database, steadyMs, isDisabled, clock, waiting }: Dependencies) {
  const selectId = database.prepare(`SELECT 1 FROM event WHERE ${hasId('?1')}`);
  /** By `get`, which makes no object of what was changed: each of many rows is that much sooner there. */
  const insertEvent = database.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?)");
  const insertDead = database.prepare(
    `INSERT INTO delivery (sequence, subscription, partition_key, state, not_before_ms, last_outcome, changed_at_ms)
     VALUES (?, ?, ?, 'dead', 0, ?, ?)`,
  );
  const queueUp = createQueueing(database);
  const lastSequence = createLastSequence(database);

  /** null: its id is stored already. */
  function insert(event: NewEvent, sequence: number, storedAtMs: number): Uint8Array | null {
    const { id, type, hook, namespace, partitionKey, timeMs, expiresAtMs } = event;
    if (selectId.get(id) !== undefined) return null;
    const body = event.encode(sequence);
    const expiresMs = expiresAtMs === null ? null : Math.round(expiresAtMs);
    insertEvent.get(
      sequence,
      id,
      type,
      hook,
      namespace,
      partitionKey,
      Math.round(timeMs),
      expiresMs,
      storedAtMs,
      body,
    );
    return body;
  }

  return (events: readonly NewEvent[]): readonly JournalledEvent[] => {
    if (events.length === 0) return [];
    const first = lastSequence() + 1;
    const storedAtMs = steadyMs();
    const changedAtMs = Math.round(clock.nowMs());
    const queued = queueUp(Math.floor(storedAtMs), changedAtMs);
    const stored: JournalledEvent[] = [];
    for (const event of events) {
      const sequence = first + stored.length;
      const body = insert(event, sequence, storedAtMs);
      if (body === null) continue;
      const overQuota: string[] = [];
      for (const subscription of distinct(event.subscriptions)) {
        // A disabled subscription gets no deliveries: a receiver that is gone must not fill the disk for the others.
        if (isDisabled(subscription)) continue;
        const why = waiting.admit(subscription, body.length);
        if (why === null) queued.add(subscription, sequence, event.partitionKey);
        else {
          overQuota.push(subscription);
          insertDead.run(sequence, subscription, event.partitionKey, why, changedAtMs);
        }
      }
      stored.push({ event, sequence, body, ...(overQuota.length > 0 && { overQuota }) });
    }
    queued.end();
    return stored;
  };
}

function distinct(subscriptions: readonly string[]): Iterable<string> {
  return subscriptions.length < 2 ? subscriptions : new Set(subscriptions);
}

type Run = { readonly first: number; last: number; readonly partitionKey: string };

/**
 * Queues what was just stored for its subscriptions: events in a row by one statement, which takes a third of what one for
 * each does. Part of a transaction that is under way.
 */
function createQueueing(database: DatabaseSync) {
  const into = 'INTO delivery (subscription, not_before_ms, changed_at_ms, state, sequence, partition_key)';
  const insertOne = database.prepare(`INSERT ${into} VALUES (?, ?, ?, 'pending', ?, ?)`);
  // OR FAIL, because the transaction is rolled back as a whole anyway: a statement of many rows that can be undone by itself
  // copies each page that it changes to a temporary file first (https://sqlite.org/tempfiles.html, "Statement Journal Files").
  const insertRun = database.prepare(
    `INSERT OR FAIL ${into} SELECT ?, ?, ?, 'pending', sequence, partition_key FROM event WHERE sequence BETWEEN ? AND ?`,
  );
  return (dueMs: number, changedAtMs: number) => {
    const runs = new Map<string, Run>();
    const queue = (subscription: string, { first, last, partitionKey }: Run) =>
      first === last
        ? insertOne.run(subscription, dueMs, changedAtMs, first, partitionKey)
        : insertRun.run(subscription, dueMs, changedAtMs, first, last);
    return {
      add(subscription: string, sequence: number, partitionKey: string): void {
        const run = runs.get(subscription);
        if (run?.last === sequence - 1) run.last = sequence;
        else {
          if (run !== undefined) queue(subscription, run);
          runs.set(subscription, { first: sequence, last: sequence, partitionKey });
        }
      },
      end(): void {
        for (const [subscription, run] of runs) queue(subscription, run);
      },
    };
  };
}
