import type { DatabaseSync } from 'node:sqlite';
import { integerOf, textOf } from '../database/column.ts';
import { schemaVersion } from '../database/journal-schema.ts';
import type { Writer } from '../database/writer.ts';
import type { DeliveryState } from '../records/event-list.ts';

/** One event to one subscription. */
export type DeliveryName = { readonly sequence: number; readonly subscription: string };

type DeliveryWithState = DeliveryName & { readonly state: DeliveryState };

/** Attempts of before a replay that are remembered. */
const EARLIER_ATTEMPTS_KEPT = 64;

export interface Replay {
  /** The deliveries of one event. */
  deliveriesOf(sequence: number): readonly DeliveryWithState[];
  /** Sequence numbers of all dead letters of a subscription, in order. */
  deadLettersOf(subscription: string): readonly number[];
  /** Why a subscription is disabled; null when it is not. */
  disabledWhy(subscription: string): string | null;
  /**
   * Queues settled deliveries again, due at once and with their whole retry schedule before them, all in one
   * transaction. What is pending already, or no longer stored, is left alone.
   *
   * @returns how many were queued.
   * @throws {JournalWriteError} when nothing was.
   */
  requeue(deliveries: readonly DeliveryName[]): number;
  /** null when it is no longer stored. */
  stateOf(delivery: DeliveryName): DeliveryState | null;
}

/**
 * Sends stored events again: the same bytes under the same id, so that a receiver can tell them from new ones.
 *
 * The attempts made so far stay in the history, numbered 0, -1, … backwards, because those to come count from 1.
 */
export function createReplay(
  database: DatabaseSync,
  writer: Pick<Writer, 'transaction'>,
  nowMs: () => number,
): Replay {
  const selectDeliveries = database.prepare(
    'SELECT sequence, subscription, state FROM delivery WHERE sequence = ? ORDER BY subscription',
  );
  const selectDead = database.prepare(
    "SELECT sequence FROM delivery WHERE subscription = ? AND state = 'dead' ORDER BY sequence",
  );
  const selectDisabled = database.prepare('SELECT disabled_why FROM subscription WHERE name = ?');
  const selectState = database.prepare('SELECT state FROM delivery WHERE sequence = ? AND subscription = ?');
  const selectAttempts = database.prepare(
    'SELECT attempt FROM attempt WHERE sequence = ? AND subscription = ? ORDER BY attempt',
  );
  const renumber = database.prepare(
    'UPDATE attempt SET attempt = ? WHERE sequence = ? AND subscription = ? AND attempt = ?',
  );
  const forget = database.prepare(
    'DELETE FROM attempt WHERE sequence = ? AND subscription = ? AND attempt <= ?',
  );
  // Of several replicas this one is asked (own = 2): that the leader once settled it is no answer. A journal of an older
  // version, which this process does not upgrade, cannot say that, nor since when it waits anew.
  const version = schemaVersion(database);
  const asked = version < 3 ? '' : 'own = 2,';
  const anew = version < 5 ? '' : 'failed_alone = 0, requeued_at_ms = ?1,';
  // The attempt that was taken becomes one of the others.
  const unsent = version < 6 ? '' : 'sent_at_ms = NULL, status = NULL, duration_ms = NULL,';
  const keepTaken =
    version < 6
      ? null
      : database.prepare(
          `INSERT OR REPLACE INTO attempt
           SELECT sequence, subscription, attempts, sent_at_ms, last_outcome, status, duration_ms FROM delivery
           WHERE sequence = ? AND subscription = ? AND state <> 'pending' AND sent_at_ms IS NOT NULL`,
        );
  // `attempts` of a dead letter that was never sent is 0, and stays it.
  const queue = database.prepare(
    `UPDATE delivery SET state = 'pending', ${asked} ${anew} ${unsent} attempts = 0, not_before_ms = 0, changed_at_ms = ?1
     WHERE sequence = ?2 AND subscription = ?3 AND state <> 'pending'`,
  );

  function requeueOne({ sequence, subscription }: DeliveryName): number {
    keepTaken?.run(sequence, subscription);
    const { changes } = queue.run(Math.round(nowMs()), sequence, subscription);
    if (changes === 0) return 0;
    const attempts = selectAttempts.all(sequence, subscription).map((row) => integerOf(row, 'attempt'));
    const last = Math.max(0, attempts.at(-1) ?? 0);
    // Ascending, each lands below those not yet moved.
    for (const attempt of last === 0 ? [] : attempts)
      renumber.run(attempt - last, sequence, subscription, attempt);
    forget.run(sequence, subscription, -EARLIER_ATTEMPTS_KEPT);
    return 1;
  }

  return {
    deliveriesOf: (sequence) =>
      selectDeliveries.all(sequence).map((row) => ({
        sequence,
        subscription: textOf(row, 'subscription'),
        state: textOf(row, 'state') as DeliveryState,
      })),
    deadLettersOf: (subscription) => selectDead.all(subscription).map((row) => integerOf(row, 'sequence')),
    disabledWhy(subscription) {
      const why = selectDisabled.get(subscription)?.disabled_why;
      return typeof why === 'string' ? why : null;
    },
    requeue: (deliveries) =>
      writer.transaction(() => deliveries.reduce((sum, delivery) => sum + requeueOne(delivery), 0)),
    stateOf({ sequence, subscription }) {
      const row = selectState.get(sequence, subscription);
      return row === undefined ? null : (textOf(row, 'state') as DeliveryState);
    },
  };
}
