import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { DeliveryStore, DueDelivery } from '../../delivery/delivery-store.ts';
import { bytesOf, integerOf, nullable, textOf } from '../database/column.ts';
import { HELD_MS } from '../database/journal-schema.ts';
import type { Writer } from '../database/writer.ts';

/** No wait is longer, whatever the schedule says: the longest a configuration can name is seven days, +20 %. */
const LONGEST_WAIT_MS = 9 * 24 * 3600 * 1000;

/** The columns of a {@link DueDelivery}. */
const DELIVERY = 'd.sequence, d.attempts, d.failed_alone, d.requeued_at_ms';

/** What became due between two looks at the queue is looked for again so soon. */
const OVERDUE_MS = 20;

type Dependencies = {
  readonly database: DatabaseSync;
  readonly writer: Writer;
  readonly steadyMs: () => number;
};

type DeliveryQueue = Pick<DeliveryStore, 'due' | 'nextDueInMs' | 'load' | 'waiting' | 'oldestWaiting'> & {
  /** Whether this process has set deliveries of the subscription aside; those of earlier ones were brought back. */
  isHolding(subscription: string): boolean;
};

/**
 * Reads the queue. In an ordered subscription a delivery behind an undelivered one of its partition is set aside
 * ({@link HELD_MS}) the first time it is met; recording the earlier one brings it back. So finding what is due takes
 * as long as what is due is large, not as long as the backlog.
 */
export function createDeliveryQueue({ database, writer, steadyMs }: Dependencies): DeliveryQueue {
  const isBlocked = `EXISTS (
    SELECT 1 FROM delivery AS earlier INDEXED BY delivery_order
    WHERE earlier.subscription = d.subscription AND earlier.partition_key = d.partition_key
      AND earlier.state = 'pending' AND earlier.sequence < d.sequence)`;
  const prepare = (index: string, also: string) => {
    const from = `delivery AS d INDEXED BY ${index}`;
    const isPending = `d.subscription = ? AND d.state = 'pending' ${also}`;
    const isDue = `${isPending} AND d.not_before_ms <= ?`;
    return {
      due: database.prepare(
        `SELECT ${DELIVERY} FROM ${from} WHERE ${isDue} ORDER BY not_before_ms, sequence LIMIT ?`,
      ),
      ordered: database.prepare(
        `SELECT ${DELIVERY}, ${isBlocked} AS blocked FROM ${from} WHERE ${isDue}
         ORDER BY not_before_ms, sequence LIMIT ?`,
      ),
      hold: database.prepare(`UPDATE ${from} SET not_before_ms = ${HELD_MS} WHERE ${isDue} AND ${isBlocked}`),
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
  const selectOldest = database.prepare(
    `SELECT ${DELIVERY} FROM delivery AS d INDEXED BY delivery_due
     WHERE subscription = ? AND state = 'pending' ORDER BY sequence LIMIT ?`,
  );
  const selectEvent = database.prepare(
    `SELECT id, type, partition_key, time_ms, expires_at_ms, stored_at_ms, body FROM event WHERE sequence = ?`,
  );

  const holding = new Set<string>();
  /** When `due` last looked. What became due since then is not in the caller's hands: it must not be passed over. */
  const lookedAtMs = new Map<string, number>();

  function inOrder(of: typeof everything, subscription: string, nowMs: number, limit: number) {
    const rows = of.ordered.all(subscription, nowMs, limit);
    if (rows.every((row) => row.blocked === 0)) return rows;
    holding.add(subscription);
    writer.transaction(() => of.hold.run(subscription, nowMs));
    return of.due.all(subscription, nowMs, limit);
  }

  restoreWaits(database, writer, steadyMs());
  return {
    isHolding: (subscription) => holding.has(subscription),
    due(subscription, { limit, ordering, own = false }) {
      const of = own ? onlyOwn : everything;
      const nowMs = steadyMs();
      lookedAtMs.set(subscription, nowMs);
      const rows =
        ordering === 'container'
          ? inOrder(of, subscription, nowMs, limit)
          : of.due.all(subscription, nowMs, limit);
      return rows.map((row) => dueDelivery(row, nowMs));
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
    load(sequence) {
      const row = selectEvent.get(sequence);
      if (row === undefined) return null;
      return {
        sequence,
        eventId: textOf(row, 'id'),
        type: textOf(row, 'type'),
        partitionKey: textOf(row, 'partition_key'),
        timeMs: integerOf(row, 'time_ms'),
        expiresAtMs: nullable(integerOf, row, 'expires_at_ms'),
        ageMs: Math.max(0, steadyMs() - integerOf(row, 'stored_at_ms')),
        body: bytesOf(row, 'body'),
      };
    },
  };
}

function dueDelivery(row: Record<string, SQLOutputValue>, nowMs: number): DueDelivery {
  const requeuedAtMs = nullable(integerOf, row, 'requeued_at_ms');
  return {
    sequence: integerOf(row, 'sequence'),
    attempts: integerOf(row, 'attempts'),
    ownFailures: integerOf(row, 'failed_alone'),
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
