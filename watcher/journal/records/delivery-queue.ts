import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { DeliveryEvent, DeliveryStore, DueDelivery } from '../../delivery/delivery-store.ts';
import { bytesOf, integerOf, nullable, textOf } from '../database/column.ts';
import { HELD_MS } from '../database/journal-schema.ts';
import type { LateSync } from '../database/late-sync.ts';
import type { Writer } from '../database/writer.ts';
import type { PartitionOrder } from './partition-order.ts';

/** No wait is longer, whatever the schedule says: the longest a configuration can name is seven days, +20 %. */
const LONGEST_WAIT_MS = 9 * 24 * 3600 * 1000;

/** The columns of a {@link DueDelivery}, in the order of {@link dueDelivery}. */
const DELIVERY = 'd.sequence, d.attempts, d.failed_alone, d.requeued_at_ms';

/** What became due between two looks at the queue is looked for again so soon. */
const OVERDUE_MS = 20;

type Dependencies = {
  readonly database: DatabaseSync;
  readonly writer: Writer;
  readonly steadyMs: () => number;
  readonly order: Pick<PartitionOrder, 'hold'>;
  readonly lateSync: Pick<LateSync, 'firstUnsynced'>;
};

type DeliveryQueue = Pick<DeliveryStore, 'due' | 'nextDueInMs' | 'load' | 'waiting' | 'oldestWaiting'>;

/**
 * Reads the queue. What is read for every delivery comes as arrays and many rows a statement: a statement costs as much
 * as some six rows (locks, a look whether the file has changed), and the names of its columns half as much again.
 */
export function createDeliveryQueue(dependencies: Dependencies): DeliveryQueue {
  const { database, writer, steadyMs, order, lateSync } = dependencies;
  const prepare = (index: string, also: string) => {
    const from = `delivery AS d INDEXED BY ${index}`;
    const isPending = `d.subscription = ? AND d.state = 'pending' ${also}`;
    return {
      due: asArrays(
        `SELECT ${DELIVERY} FROM ${from} WHERE ${isPending} AND d.not_before_ms <= ? AND d.sequence < ?
         ORDER BY not_before_ms, sequence LIMIT ?`,
      ),
      next: database.prepare(
        `SELECT not_before_ms FROM ${from} WHERE ${isPending}
           AND not_before_ms > ? AND not_before_ms < ${HELD_MS} ORDER BY not_before_ms LIMIT 1`,
      ),
    };
  };
  const everything = prepare('delivery_due', '');
  const onlyOwn = prepare('delivery_own', 'AND d.own > 0');
  const countWaiting = database.prepare(
    "SELECT count(*) AS n FROM delivery WHERE subscription = ? AND state = 'pending'",
  );
  const selectOldest = asArrays(
    `SELECT ${DELIVERY} FROM delivery AS d INDEXED BY delivery_due
     WHERE subscription = ? AND state = 'pending' ORDER BY sequence LIMIT ?`,
  );
  const selectEvents = asArrays(
    `SELECT sequence, id, type, partition_key, time_ms, expires_at_ms, stored_at_ms, body FROM event
     WHERE sequence IN (SELECT value FROM json_each(?))`,
  );
  /** When `due` last looked. What became due since then is not in the caller's hands: it must not be passed over. */
  const lookedAtMs = new Map<string, number>();

  function asArrays(sql: string): StatementSync {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }

  restoreWaits(database, writer, steadyMs());
  return {
    due(subscription, { limit, ordering, own = false }) {
      const of = own ? onlyOwn : everything;
      const nowMs = steadyMs();
      lookedAtMs.set(subscription, nowMs);
      if (ordering === 'container') order.hold(subscription, { nowMs, limit, own });
      return of.due
        .all(subscription, nowMs, lateSync.firstUnsynced(), limit)
        .map((row) => dueDelivery(row, nowMs));
    },
    waiting: (subscription) => integerOf(countWaiting.get(subscription), 'n'),
    oldestWaiting(subscription, limit) {
      const nowMs = steadyMs();
      return selectOldest.all(subscription, limit).map((row) => dueDelivery(row, nowMs));
    },
    nextDueInMs(subscription, { own = false } = {}) {
      const of = own ? onlyOwn : everything;
      const nowMs = steadyMs();
      const row = of.next.get(subscription, lookedAtMs.get(subscription) ?? nowMs);
      if (row === undefined) return null;
      const waitMs = integerOf(row, 'not_before_ms') - nowMs;
      return waitMs > 0 ? waitMs : OVERDUE_MS;
    },
    load(sequences) {
      const nowMs = steadyMs();
      const events = selectEvents.all(JSON.stringify(sequences)).map((row) => deliveryEvent(row, nowMs));
      return new Map(events.map((event) => [event.sequence, event]));
    },
  };
}

function deliveryEvent(row: Record<string, SQLOutputValue>, nowMs: number): DeliveryEvent {
  return {
    sequence: integerOf(row, 0),
    eventId: textOf(row, 1),
    type: textOf(row, 2),
    partitionKey: textOf(row, 3),
    timeMs: integerOf(row, 4),
    expiresAtMs: nullable(integerOf, row, 5),
    ageMs: Math.max(0, nowMs - integerOf(row, 6)),
    body: bytesOf(row, 7),
  };
}

function dueDelivery(row: Record<string, SQLOutputValue>, nowMs: number): DueDelivery {
  const requeuedAtMs = nullable(integerOf, row, 3);
  return {
    sequence: integerOf(row, 0),
    attempts: integerOf(row, 1),
    ownFailures: integerOf(row, 2),
    requeuedAgoMs: requeuedAtMs === null ? null : Math.max(0, nowMs - requeuedAtMs),
  };
}

/**
 * At start-up, what waits beyond any sensible time is due at once: what was held (the ordering can have been turned
 * off), and what a wall clock that was wrong has put into a far future.
 */
function restoreWaits(database: DatabaseSync, writer: Writer, nowMs: number): void {
  const tooLate = "state = 'pending' AND not_before_ms > ?";
  const latestMs = Math.ceil(nowMs + LONGEST_WAIT_MS);
  if (database.prepare(`SELECT 1 FROM delivery WHERE ${tooLate} LIMIT 1`).get(latestMs) === undefined) return;
  const restore = database.prepare(`UPDATE delivery SET not_before_ms = ? WHERE ${tooLate}`);
  writer.transaction(() => restore.run(Math.floor(nowMs), latestMs));
}
