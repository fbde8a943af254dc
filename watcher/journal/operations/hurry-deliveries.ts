import type { DatabaseSync } from 'node:sqlite';
import { integerOf, textOf } from '../database/column.ts';
import { HELD_MS } from '../database/journal-schema.ts';
import type { Writer } from '../database/writer.ts';
import { requestHurry } from '../records/hurry-requests.ts';
import type { DeliveryName } from './replay-deliveries.ts';

/** Deliveries changed in one transaction: a running watcher waits for it. */
const STEP = 500;

export interface Hurry {
  /** Subscriptions with something pending, in the order of their names. */
  subscriptions(): readonly string[];
  /** How many deliveries of a subscription are pending. */
  waiting(subscription: string): number;
  /**
   * Makes everything pending of a subscription due now, and its receiver be asked now, also where it wanted silence. What
   * waits for an earlier event of its container goes on waiting for it.
   *
   * @throws {JournalWriteError} some of it may be due then.
   */
  all(subscription: string): void;
  /** The same for one delivery, before all others of its subscription; false when it is not pending. */
  one(delivery: DeliveryName): boolean;
}

/**
 * Ends waiting: for whoever has just mended a receiver. Attempts made so far stay counted. A running watcher hears of it
 * with its next look; a start tries everything in any case.
 */
export function createHurry(
  database: DatabaseSync,
  writer: Pick<Writer, 'transaction'>,
  nowMs: () => number,
): Hurry {
  const selectSubscriptions = database.prepare(
    "SELECT DISTINCT subscription FROM delivery WHERE state = 'pending' ORDER BY subscription",
  );
  const countWaiting = database.prepare(
    "SELECT count(*) AS n FROM delivery WHERE subscription = ? AND state = 'pending'",
  );
  const hurrySome = database.prepare(
    `UPDATE delivery SET not_before_ms = 0 WHERE subscription = ? AND sequence IN (
       SELECT sequence FROM delivery WHERE subscription = ? AND state = 'pending'
         AND not_before_ms > ? AND not_before_ms < ${HELD_MS} LIMIT ${STEP})`,
  );
  const hurryOne = database.prepare(
    `UPDATE delivery SET not_before_ms = IIF(not_before_ms = ${HELD_MS}, ${HELD_MS}, 0)
     WHERE sequence = ? AND subscription = ? AND state = 'pending'`,
  );
  const endPause = database.prepare('UPDATE subscription SET paused_until_ms = NULL WHERE name = ?');

  function ask(subscription: string): void {
    endPause.run(subscription);
    requestHurry(database, subscription);
  }

  return {
    subscriptions: () => selectSubscriptions.all().map((row) => textOf(row, 'subscription')),
    waiting: (subscription) => integerOf(countWaiting.get(subscription), 'n'),
    all(subscription) {
      const step = () => hurrySome.run(subscription, subscription, Math.floor(nowMs())).changes;
      while (writer.transaction(step) > 0);
      writer.transaction(() => ask(subscription));
    },
    one: ({ sequence, subscription }) =>
      writer.transaction(() => {
        if (hurryOne.run(sequence, subscription).changes === 0) return false;
        ask(subscription);
        return true;
      }),
  };
}
