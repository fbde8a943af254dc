import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../settings/ambient/clock.ts';
import type { DeliveryNext, DeliveryRecord, DeliveryStore, Outage } from '../../delivery/delivery-store.ts';
import { textOf } from '../database/column.ts';
import { HELD_MS } from '../database/journal-schema.ts';
import type { Writer } from '../database/writer.ts';
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
  /** Whether deliveries of the subscription can have been set aside; most never are. */
  readonly isHolding: (subscription: string) => boolean;
  readonly waiting: Pick<WaitingQuota, 'left' | 'counting'>;
};

/** Stores what came of attempts: the state of each delivery, its latest attempts, and what a receiver asked for. */
export function createOutcomeStore(dependencies: Dependencies): DeliveryStore['recordOutcomes'] {
  const { database, writer, clock, steadyMs, pause, saveOutage, isHolding, waiting } = dependencies;
  const insertAttempt = database.prepare('INSERT OR REPLACE INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?)');
  const forgetAttempts = database.prepare(
    'DELETE FROM attempt WHERE sequence = ? AND subscription = ? AND attempt <= ?',
  );
  // A 2xx counts even when the subscription was ended meanwhile; any other answer no longer does.
  const update = database.prepare(
    `UPDATE delivery SET state = ?, attempts = MAX(attempts, ?), failed_alone = COALESCE(?, failed_alone),
       not_before_ms = ?, last_outcome = ?, changed_at_ms = ?
     WHERE sequence = ? AND subscription = ? AND (state = 'pending' OR (state = 'dead' AND ? = 'delivered'))
     RETURNING partition_key`,
  );
  const release = database.prepare(
    `UPDATE delivery SET not_before_ms = ? WHERE subscription = ? AND not_before_ms = ${HELD_MS} AND sequence = (
       SELECT MIN(sequence) FROM delivery INDEXED BY delivery_order
       WHERE subscription = ? AND partition_key = ? AND state = 'pending')`,
  );

  function record(entry: DeliveryRecord): void {
    const { subscription, sequence, attempt, outcome, next } = entry;
    if (attempt > 0) {
      const durationMs = Math.round(entry.durationMs);
      insertAttempt.run(
        sequence,
        subscription,
        attempt,
        Math.round(entry.atMs),
        outcome,
        entry.status,
        durationMs,
      );
      if (attempt > ATTEMPTS_KEPT) forgetAttempts.run(sequence, subscription, attempt - ATTEMPTS_KEPT);
    }
    const nowMs = steadyMs();
    const state = stateOf(next);
    const dueMs = next.kind === 'retry' ? Math.ceil(nowMs + next.delayMs) : 0;
    const changedAtMs = Math.round(clock.nowMs());
    const own = entry.ownFailures ?? null;
    const changed = update.get(
      state,
      attempt,
      own,
      dueMs,
      outcome,
      changedAtMs,
      sequence,
      subscription,
      state,
    );
    if (changed !== undefined && state !== 'pending') {
      waiting.left(subscription, sequence);
      if (isHolding(subscription))
        release.run(Math.floor(nowMs), subscription, subscription, textOf(changed, 'partition_key'));
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
