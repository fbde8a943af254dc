import type { D1Database } from '@cloudflare/workers-types';
import type { Clock } from '../../../settings/ambient/clock.ts';
import type { Log } from '../../ambient/log.ts';
import { createAuditTrail } from '../../audit/audit-trail.ts';
import { createCheckpointKeys } from '../../audit/checkpoint/checkpoint-keys.ts';
import { maintainAudit } from '../../audit/checkpoint/maintain-audit.ts';
import { createSqlAuditReader } from '../../audit/sql/sql-audit-reader.ts';
import { createSqlChainStore } from '../../audit/sql/sql-chain-store.ts';
import { auditRetentionMs } from '../../variables/audit-retention.ts';
import { createD1Sql } from './d1-sql.ts';
import { type CheckpointBucket, createR2Sink } from './r2-sink.ts';

/** What the cron trigger of `wrangler.toml` uses. */
export type UpkeepEnv = {
  readonly AUDIT: D1Database;
  readonly CHECKPOINTS?: CheckpointBucket;
  /** `whsk_…` or `whsec_…`, former keys behind it. Without it nothing is signed. */
  readonly CHECKPOINT_SECRET?: string;
  /** Whole days; empty: for ever. */
  readonly AUDIT_RETENTION_DAYS?: string;
};

/** Queries are counted: an invocation may make a thousand, and one reads a thousand records. */
const MAX_RECORDS = 100_000;

/**
 * One round of care for the audit trail in D1: checkpoints to R2, then the retention.
 *
 * @throws when a variable cannot be used, or D1 cannot be read.
 */
export async function maintainWorkerAudit(
  env: UpkeepEnv,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): Promise<void> {
  const sql = createD1Sql(env.AUDIT);
  const store = createSqlChainStore(sql);
  await maintainAudit({
    reader: createSqlAuditReader(sql),
    prune: createAuditTrail({ store, clock, random: Math.random }).prune,
    checkpoints: await checkpointsOf(env),
    trustBus: false,
    retentionMs: auditRetentionMs(env.AUDIT_RETENTION_DAYS),
    clock,
    log,
    maxRecords: MAX_RECORDS,
  });
}

async function checkpointsOf({ CHECKPOINTS: bucket, CHECKPOINT_SECRET: secret }: UpkeepEnv) {
  if (!secret) return null;
  if (bucket === undefined) {
    throw new Error('CHECKPOINT_SECRET is set, but there is no bucket: bind CHECKPOINTS in wrangler.toml');
  }
  return { sink: createR2Sink(bucket), ...(await createCheckpointKeys(secret)) };
}
