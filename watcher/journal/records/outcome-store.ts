import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../settings/ambient/clock.ts';
import type { DeliveryNext, DeliveryRecord, DeliveryStore, Outage } from '../../delivery/delivery-store.ts';
import type { Writer } from '../database/writer.ts';
import type { PartitionOrder } from './partition-order.ts';
import type { WaitingQuota } from './waiting-quota.ts';

/** Attempts remembered of one delivery: the latest ones. The longest schedule that can be configured has 51. */
const ATTEMPTS_KEPT = 64;

type Dependencies = {
  readonly database: DatabaseSync;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly steadyMs: () => number;
  readonly pause: (subscription: string, untilMs: number) => void;
  readonly saveOutage: (subscription: string, outage: Outage | null) => void;
  readonly order: Pick<PartitionOrder, 'settled'>;
  readonly waiting: Pick<WaitingQuota, 'left' | 'counting'>;
};

/**
 * Stores what came of attempts: the state of each delivery, its latest attempts, and what a receiver asked for. Of most
 * deliveries there is one attempt, which is taken: it is in the delivery's own row, so that such an outcome changes one
 * row and one index.
 */
export function createOutcomeStore(dependencies: Dependencies): DeliveryStore['recordOutcomes'] {
  const { database, writer, clock, steadyMs, pause, saveOutage, order, waiting } = dependencies;
  const insertAttempt = database.prepare('INSERT OR REPLACE INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?)');
  const forgetAttempts = database.prepare(
    'DELETE FROM attempt WHERE sequence = ? AND subscription = ? AND attempt <= ?',
  );
  // A 2xx counts even when the subscription was ended meanwhile; any other answer no longer does.
  const update = database.prepare(
    `UPDATE delivery SET state = ?, attempts = MAX(attempts, ?), failed_alone = COALESCE(?, failed_alone),
       not_before_ms = ?, last_outcome = ?, changed_at_ms = ?, sent_at_ms = ?, status = ?, duration_ms = ?
     WHERE sequence = ? AND subscription = ? AND (state = 'pending' OR (state = 'dead' AND ? = 'delivered'))`,
  );

  function saveAttempt({
    sequence,
    subscription,
    attempt,
    atMs,
    outcome,
    status,
    durationMs,
  }: DeliveryRecord) {
    insertAttempt.run(
      ...[sequence, subscription, attempt, Math.round(atMs)],
      ...[outcome, status, Math.round(durationMs)],
    );
    if (attempt > ATTEMPTS_KEPT) forgetAttempts.run(sequence, subscription, attempt - ATTEMPTS_KEPT);
  }

  /** False when the delivery was settled already. */
  function saveState(entry: DeliveryRecord, hasTaken: boolean, nowMs: number): boolean {
    const { subscription, sequence, next } = entry;
    const state = stateOf(next);
    const dueMs = next.kind === 'retry' ? Math.ceil(nowMs + next.delayMs) : 0;
    const { changes } = update.run(
      ...[state, entry.attempt, entry.ownFailures ?? null, dueMs, entry.outcome, Math.round(clock.nowMs())],
      ...(hasTaken
        ? [Math.round(entry.atMs), entry.status, Math.round(entry.durationMs)]
        : [null, null, null]),
      ...[sequence, subscription, state],
    );
    return changes !== 0;
  }

  function record(entry: DeliveryRecord): void {
    const { subscription, sequence, attempt, next } = entry;
    const nowMs = steadyMs();
    const hasTaken = next.kind === 'delivered' && attempt > 0;
    const isChanged = saveState(entry, hasTaken, nowMs);
    if (attempt > 0 && !(hasTaken && isChanged)) saveAttempt(entry);
    if (isChanged && next.kind !== 'retry') {
      waiting.left(subscription, sequence);
      order.settled(subscription, sequence, nowMs);
    }
    if (entry.pauseMs !== undefined) pause(subscription, Math.ceil(nowMs + entry.pauseMs));
    if (entry.outage !== undefined) saveOutage(subscription, entry.outage);
  }

  // Without an fsync of its own: after a power failure a delivery that was made is made again, with the same id. A
  // crash of the process loses none, and the next event that is stored takes them to the disk with it.
  return (records) =>
    waiting.counting(() => writer.transaction(() => records.forEach(record), { durable: false }));
}

function stateOf(next: DeliveryNext): 'pending' | 'delivered' | 'dead' {
  switch (next.kind) {
    case 'delivered':
    case 'dead':
      return next.kind;
    case 'retry':
      return 'pending';
  }
}
