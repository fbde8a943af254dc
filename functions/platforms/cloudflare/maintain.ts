import { describeError } from '../../../settings/ambient/describe-error.ts';
import type { Ambient } from '../../ambient/ambient.ts';
import { createAuditTrail } from '../../audit/audit-trail.ts';
import { createCheckpointKeys } from '../../audit/checkpoint/checkpoint-keys.ts';
import { maintainAudit } from '../../audit/checkpoint/maintain-audit.ts';
import { createSqlAuditStore } from '../../audit/sql/sql-audit-store.ts';
import { auditRetentionHints, auditRetentionMs } from '../../variables/audit-retention.ts';
import { createD1Sql } from './d1-sql.ts';
import { createR2Sink } from './r2-sink.ts';
import type { WorkerEnv } from './worker-env.ts';

/** What the cron trigger of `wrangler.toml` uses. */
type MaintenanceEnv = Pick<
  WorkerEnv,
  'AUDIT' | 'CHECKPOINTS' | 'CHECKPOINT_SECRET' | 'AUDIT_RETENTION' | 'AUDIT_RETENTION_DAYS'
>;

/** Queries are counted: an invocation may make a thousand, and one reads a thousand records. */
const MAX_RECORDS = 100_000;

/**
 * The Worker's `scheduled`: one round of care for the audit trail in D1, checkpoints to R2, then the retention. It throws
 * when a variable cannot be used, or D1 cannot be read, and is then shown as failed among the cron events of the
 * dashboard.
 */
export function createWorkerMaintenance(ambient: Ambient) {
  const { log, clock } = ambient;
  return async function maintain(_controller: unknown, env: MaintenanceEnv): Promise<void> {
    try {
      for (const hint of auditRetentionHints(env)) log.warn(hint);
      const { chains, reader } = createSqlAuditStore(createD1Sql(env.AUDIT));
      await maintainAudit({
        reader,
        prune: createAuditTrail({ ...ambient, store: chains }).prune,
        checkpoints: await checkpointsOf(env),
        trustBus: false,
        retentionMs: auditRetentionMs(env),
        clock,
        log,
        maxRecords: MAX_RECORDS,
      });
    } catch (error) {
      log.error({ cause: describeError(error) }, 'the audit trail could not be taken care of');
      throw error;
    }
  };
}

async function checkpointsOf({ CHECKPOINTS: bucket, CHECKPOINT_SECRET: secret }: MaintenanceEnv) {
  if (!secret) return null;
  if (bucket === undefined) {
    throw new Error('CHECKPOINT_SECRET is set, but there is no bucket: bind CHECKPOINTS in wrangler.toml');
  }
  return { sink: createR2Sink(bucket), ...(await createCheckpointKeys(secret)) };
}
