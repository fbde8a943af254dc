import type { DatabaseSync } from 'node:sqlite';
import type { ClaimStore } from '../consumer/claim-store.ts';
import type { Receipts } from '../ingress/receipts.ts';
import { createClaimTable, RETENTION_MS } from './claim-table.ts';

export type SqliteClaims = ClaimStore &
  Receipts & {
    /** Forgets what is older than the retention; call it now and then. */
    prune(nowMs: number): void;
  };

/** Receipts and claims in the receiver's own database file. */
export function createSqliteClaims(database: DatabaseSync, retentionMs = RETENTION_MS): SqliteClaims {
  const table = createClaimTable((statement, ...values) => database.prepare(statement).all(...values));
  return {
    repeats: async ({ eventId }, nowMs) => table.repeats(eventId, nowMs),
    add: async ({ eventId }, nowMs) => table.addReceipt(eventId, nowMs),
    deliveries: async ({ eventId }) => table.deliveries(eventId),
    claim: async (key, leaseMs, nowMs) => table.claim(key, leaseMs, nowMs),
    complete: async (key, nowMs) => table.complete(key, nowMs),
    fail: async (key, attempt, retryAtMs) => table.fail(key, attempt, retryAtMs),
    reopen: async (key, nowMs) => table.reopen(key, nowMs),
    prune: (nowMs) => void table.forgetBefore(nowMs - retentionMs),
  };
}
