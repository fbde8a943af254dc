import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { HELD_MS } from '../database/journal-schema.ts';
import type { Writer } from '../database/writer.ts';

/** Keeps the order of partitions, of subscriptions that want one. */
export interface PartitionOrder {
  /**
   * Sets aside what is due of a subscription and waits for an earlier delivery of its partition, when there is such among
   * the first `limit`.
   *
   * @param own only of what is this replica's matter.
   */
  hold(
    subscription: string,
    due: { readonly nowMs: number; readonly limit: number; readonly own: boolean },
  ): void;
  /** A delivery is settled: the next one of its partition is due, if it was set aside. Part of a transaction. */
  settled(subscription: string, sequence: number, nowMs: number): void;
}

type Statements = {
  readonly everything: Readonly<Record<'look' | 'hold', StatementSync>>;
  readonly onlyOwn: Readonly<Record<'look' | 'hold', StatementSync>>;
  readonly release: StatementSync;
};

/**
 * A delivery behind an undelivered one of its partition is set aside ({@link HELD_MS}) the first time it is met; settling
 * the earlier one brings it back. So finding what is due takes as long as what is due is large, not as long as the backlog.
 *
 * The index is made when the first subscription with an order is met: few have one, and it would cost every event and
 * every outcome as much as the queue's own (one of four trees that an outcome changed).
 */
export function createPartitionOrder(database: DatabaseSync, writer: Writer): PartitionOrder {
  /** Subscriptions of which this process has set deliveries aside; those of earlier ones were brought back. */
  const holding = new Set<string>();
  let prepared: Statements | null = null;

  function statements(): Statements {
    prepared ??= prepare(database, writer);
    return prepared;
  }

  return {
    hold(subscription, { nowMs, limit, own }) {
      const { look, hold } = statements()[own ? 'onlyOwn' : 'everything'];
      if (look.get(subscription, nowMs, limit) === undefined) return;
      holding.add(subscription);
      writer.transaction(() => hold.run(subscription, nowMs));
    },
    settled(subscription, sequence, nowMs) {
      if (!holding.has(subscription)) return;
      statements().release.run(Math.floor(nowMs), subscription, subscription, sequence, subscription);
    },
  };
}

function prepare(database: DatabaseSync, writer: Writer): Statements {
  writer.transaction(() =>
    database.exec(
      `CREATE INDEX IF NOT EXISTS delivery_order ON delivery (subscription, partition_key, sequence)
       WHERE state = 'pending'`,
    ),
  );
  const isBlocked = `EXISTS (
    SELECT 1 FROM delivery AS earlier INDEXED BY delivery_order
    WHERE earlier.subscription = d.subscription AND earlier.partition_key = d.partition_key
      AND earlier.state = 'pending' AND earlier.sequence < d.sequence)`;
  const among = (index: string, also: string) => {
    const due = `delivery AS d INDEXED BY ${index}`;
    const isDue = `d.subscription = ? AND d.state = 'pending' ${also} AND d.not_before_ms <= ?`;
    return {
      look: database.prepare(
        `SELECT 1 FROM (SELECT * FROM ${due} WHERE ${isDue} ORDER BY not_before_ms, sequence LIMIT ?) AS d
         WHERE ${isBlocked} LIMIT 1`,
      ),
      hold: database.prepare(`UPDATE ${due} SET not_before_ms = ${HELD_MS} WHERE ${isDue} AND ${isBlocked}`),
    };
  };
  return {
    everything: among('delivery_due', ''),
    onlyOwn: among('delivery_own', 'AND d.own > 0'),
    release: database.prepare(
      `UPDATE delivery SET not_before_ms = ? WHERE subscription = ? AND not_before_ms = ${HELD_MS} AND sequence = (
         SELECT MIN(sequence) FROM delivery INDEXED BY delivery_order
         WHERE subscription = ? AND state = 'pending' AND partition_key = (
           SELECT partition_key FROM delivery WHERE sequence = ? AND subscription = ?))`,
    ),
  };
}
