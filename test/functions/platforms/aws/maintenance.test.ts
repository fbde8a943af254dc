import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { platformAmbient } from '../../../../functions/ambient/ambient.ts';
import { checkpointKey } from '../../../../functions/audit/checkpoint/checkpoint-key.ts';
import { createDynamoDbAuditStore } from '../../../../functions/platforms/aws/audit/dynamodb-audit-store.ts';
import { createClients } from '../../../../functions/platforms/aws/clients.ts';
import { createLambdaMaintenance } from '../../../../functions/platforms/aws/maintain.ts';
import { generateSecret } from '../../../../protocol/signature/keygen.ts';
import { createWallClock } from '../../../support/wall-clock.ts';
import { NOW, openWithWriter } from '../../audit/store/opened-store.ts';
import { STREAM, sample } from '../../audit/store/sample-records.ts';
import { S3_CREDENTIALS, startCheckpointBucket } from '../../support/checkpoint-bucket.ts';
import { lineLog } from '../../support/line-log.ts';
import { startAccount } from './support/start-account.ts';

const DAY_MS = 86_400_000;
const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:checkpoints-AbCdEf';

// The bucket recomputes signatures, so the function's role must be the one it knows.
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', S3_CREDENTIALS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', S3_CREDENTIALS.secretAccessKey);
});
afterEach(() => void vi.unstubAllEnvs());

/** An audit table with one record of eleven days ago and one of now, and the function that takes care of it. */
async function start(more: Readonly<Record<string, string>> = {}) {
  const { secret } = await generateSecret('v1a');
  const account = await startAccount({ [SECRET_ARN]: secret });
  const bucket = await startCheckpointBucket();
  const client = createClients(account.variables).dynamoDb();
  onTestFinished(async () => {
    client.destroy();
    await account.close();
  });
  const { trail, reader } = await openWithWriter(async () => ({
    ...createDynamoDbAuditStore(client, 'audit'),
    close: async () => {},
  }));
  await trail.append(await sample('old', { recordedAtMs: NOW - 11 * DAY_MS }));
  await trail.append(await sample('young'));
  const lines: string[] = [];
  const maintain = createLambdaMaintenance(
    { ...account.variables, CHECKPOINT_BUCKET_URL: bucket.bucketUrl, ...more },
    platformAmbient({ log: lineLog(lines), clock: createWallClock(() => NOW) }),
  );
  const positions = async () =>
    (await reader.chain(STREAM, { after: 0, limit: 10 })).map(({ position }) => position);
  return { maintain, positions, bucket, lines, account };
}

const SIGNING = { CHECKPOINT_SECRET_ARN: SECRET_ARN, CHECKPOINT_PREFIX: 'trail/' };

it('removes what is older than the retention', async () => {
  const { maintain, positions, bucket } = await start({ AUDIT_RETENTION_DAYS: '10' });
  await maintain();
  expect(await positions()).toEqual([2, 3]);
  expect(bucket.requests).toEqual([]);
});

it('signs a checkpoint in the bucket first, with the credentials of its role', async () => {
  const { maintain, positions, bucket } = await start({ ...SIGNING, AUDIT_RETENTION_DAYS: '10' });
  await maintain();
  expect([...bucket.objects.keys()]).toEqual([`trail/${checkpointKey(STREAM, 2)}`]);
  expect(await positions()).toEqual([2, 3]);
});

it('removes nothing and fails while the bucket is down, and makes up for it in the next round', async () => {
  const { maintain, positions, bucket, lines } = await start({ ...SIGNING, AUDIT_RETENTION_DAYS: '10' });
  bucket.failWith(503);
  await expect(maintain()).rejects.toThrow('1 chain of the audit trail needs attention');
  expect(await positions()).toEqual([1, 2]);
  expect(lines.join()).toContain('503');
  bucket.failWith(null);
  await maintain();
  expect(await positions()).toEqual([2, 3]);
});

it('keeps everything, for ever, unless told otherwise', async () => {
  const { maintain, positions } = await start(SIGNING);
  await maintain();
  expect(await positions()).toEqual([1, 2]);
});

it.each([
  [{ AUDIT_RETENTION_DAYS: '10d' }, 'AUDIT_RETENTION_DAYS'],
  [{ AUDIT_TABLE: '' }, 'AUDIT_TABLE not set'],
  [{ ...SIGNING, CHECKPOINT_BUCKET_URL: '' }, 'CHECKPOINT_BUCKET_URL not set'],
  [{ CHECKPOINT_SECRET_ARN: 'arn:of:nothing' }, 'could not read the secret of CHECKPOINT_SECRET_ARN'],
])('fails with %o', async (more, message) => {
  const { maintain, positions } = await start(more);
  await expect(maintain()).rejects.toThrow(message);
  expect(await positions()).toEqual([1, 2]);
});
