import type { DatabaseSync } from 'node:sqlite';
import { integerOf } from '../database/column.ts';
import { OVER_QUOTA } from '../database/journal-schema.ts';

/** What may wait of all subscriptions of one tenant together. */
export type TenantLimits = {
  /** Deliveries. */
  readonly waiting: number;
  /** Bytes of their events; one that waits for two subscriptions counts twice. */
  readonly waitingBytes: number;
};

/** A tenant has no room any more, or has some again. */
export type QuotaTurn = {
  readonly namespace: string;
  /** Why; null: there is room again. */
  readonly why: string | null;
  /** Deliveries that became dead letters for it since it had none. */
  readonly deadLetters: number;
};

export interface WaitingQuota {
  /**
   * One more is to wait. Part of a transaction that is under way.
   *
   * @returns why it must not; null: it may, and is counted.
   */
  admit(subscription: string, bytes: number): string | null;
  /** Of a subscription's deliveries one waits no more. */
  left(subscription: string, sequence: number): void;
  /** Does a transaction: what is counted in it is told when it is stored, and not counted when it is not. */
  counting<T>(transaction: () => T): T;
  /** What waits has changed in another way, or was not stored: it is counted again when somebody asks. */
  forget(): void;
}

type Usage = { waiting: number; bytes: number };

/** A turn is over when so much of the limit is free again, so that none is told with every delivery. */
const ROOM_AGAIN = 0.9;

/** The namespace of a subscription that is an object of one (`shop/audit@5e884898`); null: it is nobody's but the operator's. */
function tenantOfSubscription(name: string): string | null {
  const slash = name.indexOf('/');
  const namespace = slash < 0 ? '*' : name.slice(0, slash);
  return namespace === '*' ? null : namespace;
}

/**
 * Bounds what waits of each tenant. What waits is counted in the journal once, when the first event of a tenant comes, and
 * kept count of from then on: for the operator's own subscriptions that costs nothing.
 *
 * @param limits null: there are none.
 */
export function createWaitingQuota(
  database: DatabaseSync,
  limits: TenantLimits | null,
  onTurn: (turn: QuotaTurn) => void,
): WaitingQuota {
  return limits === null
    ? { admit: () => null, left() {}, counting: (transaction) => transaction(), forget() {} }
    : countWaiting(database, limits, onTurn);
}

function countWaiting(
  database: DatabaseSync,
  limits: TenantLimits,
  onTurn: (turn: QuotaTurn) => void,
): WaitingQuota {
  // '0' is the character after '/': the names that begin with the namespace.
  const count = database.prepare(
    `SELECT count(*) AS waiting, COALESCE(SUM(length(e.body)), 0) AS bytes
     FROM delivery AS d INDEXED BY delivery_due JOIN event AS e USING (sequence)
     WHERE d.subscription > ? || '/' AND d.subscription < ? || '0' AND d.state = 'pending'`,
  );
  const selectBytes = database.prepare('SELECT length(body) AS bytes FROM event WHERE sequence = ?');
  const usages = new Map<string, Usage>();
  /** Tenants without room, and their dead letters since. */
  const over = new Map<string, number>();
  /** Of the transaction that is under way. */
  const refused = new Map<string, { readonly why: string; deadLetters: number }>();

  function usageOf(namespace: string): Usage {
    const known = usages.get(namespace);
    if (known !== undefined) return known;
    const row = count.get(namespace, namespace);
    const counted = { waiting: integerOf(row, 'waiting'), bytes: integerOf(row, 'bytes') };
    usages.set(namespace, counted);
    return counted;
  }

  function refuse(namespace: string, why: string): string {
    const before = refused.get(namespace);
    if (before === undefined) refused.set(namespace, { why, deadLetters: 1 });
    else before.deadLetters += 1;
    return why;
  }

  function tellNews(): void {
    for (const [namespace, { why, deadLetters }] of refused) {
      const before = over.get(namespace);
      over.set(namespace, (before ?? 0) + deadLetters);
      if (before === undefined) onTurn({ namespace, why, deadLetters });
    }
    refused.clear();
    for (const [namespace, deadLetters] of over) {
      const usage = usages.get(namespace);
      if (usage === undefined || !hasRoomAgain(usage)) continue;
      over.delete(namespace);
      onTurn({ namespace, why: null, deadLetters });
    }
  }

  function hasRoomAgain({ waiting, bytes }: Usage): boolean {
    return waiting <= limits.waiting * ROOM_AGAIN && bytes <= limits.waitingBytes * ROOM_AGAIN;
  }

  function forget(): void {
    usages.clear();
    refused.clear();
  }

  return {
    admit(subscription, bytes) {
      const namespace = tenantOfSubscription(subscription);
      if (namespace === null) return null;
      const usage = usageOf(namespace);
      if (usage.waiting + 1 > limits.waiting)
        return refuse(namespace, `${OVER_QUOTA}${limits.waiting} deliveries wait`);
      if (usage.bytes + bytes > limits.waitingBytes)
        return refuse(namespace, `${OVER_QUOTA}${limits.waitingBytes} bytes wait`);
      usage.waiting += 1;
      usage.bytes += bytes;
      return null;
    },
    left(subscription, sequence) {
      const namespace = tenantOfSubscription(subscription);
      const usage = namespace === null ? undefined : usages.get(namespace);
      if (namespace === null || usage === undefined) return;
      const row = selectBytes.get(sequence);
      usage.waiting -= 1;
      usage.bytes -= row === undefined ? 0 : integerOf(row, 'bytes');
    },
    counting(transaction) {
      try {
        const done = transaction();
        tellNews();
        return done;
      } catch (error) {
        forget();
        throw error;
      }
    },
    forget,
  };
}
