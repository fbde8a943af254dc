import type { DatabaseSync } from 'node:sqlite';
import type { ClaimStore } from '../../../consumer/claim-store.ts';
import type { Receipts } from '../../../ingress/receipts.ts';
import type { ContainerStateStore } from '../../../ordering/container-states.ts';
import { RETENTION_MS } from '../../../variables/claim-retention.ts';
import { createClaimTable, type Exec } from '../../sql/claim-table.ts';
import { type ForgetPlace, forgetSlice } from '../../sql/forget-slice.ts';
import { createStateTable } from '../../sql/state-table.ts';
import { forgetReceipts } from './forget-receipts.ts';
import { type Commit, commitAlone } from './group-commit.ts';
import { createPrepare } from './prepared.ts';
import { createReceiptLog, type ReceiptLog } from './receipt-log.ts';

type SqliteClaims = ClaimStore &
  Receipts &
  ContainerStateStore & {
    /** Receipts for who writes them within a transaction of its own. */
    readonly receipts: ReceiptTable;
    /**
     * Forgets what is older than the retention, some rows at a time and others' work in between; call it now and then.
     *
     * @param goesOn asked after each step. @default always
     */
    forgetExpired(nowMs: number, goesOn?: () => boolean): Promise<void>;
  };

/** Receipts as synchronous calls. */
export type ReceiptTable = Pick<ReceiptLog, 'repeats' | 'addReceipt' | 'addAll'>;

/**
 * @property commit writes together with what others write; alone by default.
 * @property commitOutcome of what became of a run, which no handler waits for.
 * @property commitClaim of a claim, which needs no fsync of its own: after a power cut its handler runs again either way.
 */
type SqliteClaimsOptions = {
  readonly retentionMs?: number;
  readonly commit?: Commit;
  readonly commitOutcome?: Commit;
  readonly commitClaim?: Commit;
};

/** Some milliseconds, also where all of them go. */
const SLICE_ROWS = 1_000;

/** Receipts, claims and the states of containers in the receiver's own database file. */
export function createSqliteClaims(
  database: DatabaseSync,
  {
    retentionMs = RETENTION_MS,
    commit = commitAlone,
    commitOutcome = commit,
    commitClaim = commit,
  }: SqliteClaimsOptions = {},
): SqliteClaims {
  const prepare = createPrepare(database);
  const exec: Exec = (statement, ...values) => prepare(statement).all(...values);
  const table = createClaimTable(exec);
  const states = createStateTable(exec);
  const receipts = createReceiptLog(database, table, { commit: commitOutcome });
  return {
    receipts,
    repeats: ({ eventId }, nowMs) => commit(() => receipts.repeats(eventId, nowMs)),
    told: async ({ eventId }) => receipts.told(eventId),
    add: ({ eventId }, nowMs, told) => commit(() => void receipts.addReceipt(eventId, nowMs, told)),
    deliveries: async ({ eventId }) => receipts.deliveries(eventId),
    claim: (key, leaseMs, nowMs) => commitClaim(() => table.claim(key, leaseMs, nowMs)),
    complete: (key, run, nowMs) => commitOutcome(() => table.complete(key, run, nowMs)),
    fail: (key, run, retryAtMs) => commitOutcome(() => table.fail(key, run, retryAtMs)),
    recorded: (key, attempts) => commit(() => table.recorded(key, attempts)),
    reopen: (key, nowMs) => commit(() => table.reopen(key, nowMs)),
    readState: async (key) => states.readState(key),
    writeState: (key, next, nowMs) => commit(() => states.writeState(key, next, nowMs)),
    forgetExpired: async (nowMs, goesOn = () => true) => {
      const step = { beforeMs: nowMs - retentionMs, rows: SLICE_ROWS };
      const next = (place: ForgetPlace | null) => commitOutcome(() => forgetSlice(exec, place, step));
      let place = await next(null);
      while (place !== null && goesOn()) place = await next(place);
      if (place === null) await forgetReceipts(database, commitOutcome, { ...step, nowMs, goesOn });
    },
  };
}
