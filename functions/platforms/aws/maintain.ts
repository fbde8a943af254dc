import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { counted } from '../../../settings/counted.ts';
import { type Ambient, platformAmbient } from '../../ambient/ambient.ts';
import { createAuditTrail } from '../../audit/audit-trail.ts';
import { createCheckpointKeys } from '../../audit/checkpoint/checkpoint-keys.ts';
import { maintainAudit } from '../../audit/checkpoint/maintain-audit.ts';
import type { RememberedCheckpoints } from '../../audit/checkpoint/previous-checkpoint.ts';
import { createS3Sink } from '../../audit/checkpoint/s3-sink.ts';
import { auditRetentionHints, auditRetentionMs } from '../../variables/audit-retention.ts';
import { builtOnce } from '../built-once.ts';
import { createDynamoDbAuditStore } from './audit/dynamodb-audit-store.ts';
import { createClients } from './clients.ts';
import { readSecret } from './variables/read-secret.ts';
import { requireVariables, type Variables } from './variables/require-variables.ts';

/**
 * One round of care for the audit trail as a Lambda function on a schedule: checkpoints to S3, then the retention. A
 * round that could not do all of it fails, so that the function's error metric shows it.
 *
 * | variable                  | meaning                                                                         |
 * |---------------------------|---------------------------------------------------------------------------------|
 * | `AUDIT_TABLE`             | DynamoDB table                                                                  |
 * | `AUDIT_RETENTION`         | how long records are kept, such as `400d`; empty: for ever                      |
 * | `CHECKPOINT_SECRET_ARN`   | secret with `whsk_…` or `whsec_…`, former keys behind it; without it nothing is signed |
 * | `CHECKPOINT_BUCKET_URL`   | `https://<bucket>.s3.<region>.amazonaws.com`; needed with a secret              |
 * | `CHECKPOINT_PREFIX`       | of the keys, for example `checkpoints/`                                         |
 *
 * @param variables the function's environment.
 */
export function createLambdaMaintenance(
  variables: Variables,
  ambient: Ambient = platformAmbient(),
): () => Promise<void> {
  const { log, clock } = ambient;
  const remembered: RememberedCheckpoints = new Map();
  const opened = builtOnce(async () => open(variables, ambient), { shared: true });

  return async function maintain() {
    const { client, ...deps } = await opened();
    const found = await checkpointsOf(variables, client, ambient);
    const checkpoints = found && { ...found, remembered };
    // A watcher may put its events on the bus by itself.
    const reports = await maintainAudit({ ...deps, checkpoints, trustBus: true, clock, log });
    const failed = reports.filter(({ failure }) => failure !== null);
    if (failed.length > 0)
      throw new Error(
        `${counted(failed.length, 'chain of the audit trail needs', 'chains of the audit trail need')} attention`,
      );
  };
}

function open(variables: Variables, ambient: Ambient) {
  for (const hint of auditRetentionHints(variables)) ambient.log.warn(hint);
  const { AUDIT_TABLE } = requireVariables(variables, ['AUDIT_TABLE']);
  const client = createClients(variables).dynamoDb();
  const { chains, reader } = createDynamoDbAuditStore(client, AUDIT_TABLE);
  const { prune } = createAuditTrail({ ...ambient, store: chains });
  return { client, reader, prune, retentionMs: auditRetentionMs(variables) };
}

async function checkpointsOf(variables: Variables, client: DynamoDBClient, { fetch, clock }: Ambient) {
  const secret = await readSecret(createClients(variables).secretsManager(), variables, 'CHECKPOINT_SECRET');
  if (!secret) return null;
  const { CHECKPOINT_BUCKET_URL, AWS_REGION } = requireVariables(variables, [
    'CHECKPOINT_BUCKET_URL',
    'AWS_REGION',
  ]);
  const sink = createS3Sink({
    bucketUrl: CHECKPOINT_BUCKET_URL,
    region: AWS_REGION,
    prefix: variables.CHECKPOINT_PREFIX ?? '',
    // The SDK finds and renews those of the function's role; any client has them.
    credentials: async () => {
      const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
      return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    },
    fetch,
    clock,
  });
  return { sink, ...(await createCheckpointKeys(secret)) };
}
