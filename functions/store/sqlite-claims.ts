import type { DatabaseSync } from 'node:sqlite';
import type { ClaimStore } from '../consumer/claim-store.ts';
import type { Receipts } from '../ingress/receipts.ts';
import type { ContainerStateStore } from '../ordering/container-states.ts';
import { createClaimTable, type Exec, RETENTION_MS } from './claim-table.ts';
import { createStateTable } from './state-table.ts';

export type SqliteClaims = ClaimStore &
  Receipts &
  ContainerStateStore & {
    /** Forgets what is older than the retention; call it now and then. */
    prune(nowMs: number): void;
  };

/** Receipts, claims and the states of containers in the receiver's own database file. */
export function createSqliteClaims(database: DatabaseSync, retentionMs = RETENTION_MS): SqliteClaims {
  const exec: Exec = (statement, ...values) => database.prepare(statement).all(...values);
  const table = createClaimTable(exec);
  const states = createStateTable(exec);
  return {
    repeats: async ({ eventId }, nowMs) => table.repeats(eventId, nowMs),
    told: async ({ eventId }) => table.told(eventId),
    add: async ({ eventId }, nowMs, told) => table.addReceipt(eventId, nowMs, told),
    deliveries: async ({ eventId }) => table.deliveries(eventId),
    claim: async (key, leaseMs, nowMs) => table.claim(key, leaseMs, nowMs),
    complete: async (key, run, nowMs) => table.complete(key, run, nowMs),
    fail: async (key, run, retryAtMs) => table.fail(key, run, retryAtMs),
    recorded: async (key, attempts) => table.recorded(key, attempts),
    reopen: async (key, nowMs) => table.reopen(key, nowMs),
    readState: async (key) => states.readState(key),
    writeState: async (key, next, nowMs) => states.writeState(key, next, nowMs),
    prune: (nowMs) => {
      for (const one of [table, states]) one.forgetBefore(nowMs - retentionMs);
    },
  };
}
