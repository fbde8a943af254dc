import { expect, it, onTestFinished } from 'vitest';
import { createDynamoDbClaims } from '../../../../functions/platforms/aws/claims/dynamodb-claims.ts';
import { createWallClock } from '../../../support/wall-clock.ts';
import { endedRun, failedRun } from '../../support/ended-run.ts';
import { AwsError } from './support/aws-server.ts';
import { startDynamoDb } from './support/start-dynamodb.ts';

const NOW = Date.UTC(2026, 0, 1);
const DAY_MS = 24 * 3_600_000;
const RETENTION_MS = 16 * DAY_MS;
const LEASE = 45_000;
const KEY = {
  source: 'urn:offhook:cluster:c0ffee',
  eventId: 'evt_a',
  partitionKey: 'uid-1/app',
  handler: 'cleanup',
};

async function open({ maxAttempts = 1 } = {}) {
  const fake = await startDynamoDb({ maxAttempts });
  onTestFinished(fake.close);
  const clock = { nowMs: NOW };
  const options = { table: 'claims', retentionMs: RETENTION_MS, clock: createWallClock(() => clock.nowMs) };
  const item = (pk: string) => fake.tables.get('claims')?.get(pk);
  return { ...fake, clock, item, store: createDynamoDbClaims(fake.client, options) };
}

it('says in Unix seconds when an item may be deleted, and later with every change', async () => {
  const { store, item } = await open();
  await store.claim(KEY, LEASE, NOW);
  expect(item('claim#evt_a#cleanup')?.expiresAt).toEqual({ N: String((NOW + RETENTION_MS) / 1_000) });
  await store.complete(KEY, endedRun(KEY), NOW + 1_500);
  expect(item('claim#evt_a#cleanup')?.expiresAt).toEqual({ N: String((NOW + RETENTION_MS) / 1_000 + 2) });
  await store.add(KEY, NOW);
  expect(item('event#evt_a')?.expiresAt).toEqual({ N: String((NOW + RETENTION_MS) / 1_000) });
});

it('takes what has expired for absent, though DynamoDB has not deleted it yet', async () => {
  const { store, clock } = await open();
  await store.claim(KEY, LEASE, NOW);
  await store.complete(KEY, endedRun(KEY), NOW);
  await store.add(KEY, NOW);
  const before = NOW + RETENTION_MS - 1;
  expect(await store.claim(KEY, LEASE, before)).toMatchObject({ kind: 'completed' });
  const after = NOW + RETENTION_MS;
  clock.nowMs = after;
  expect(await store.deliveries(KEY)).toBeNull();
  expect(await store.repeats(KEY, after)).toBe(false);
  expect(await store.reopen(KEY, after)).toBe(false);
  expect(await store.claim(KEY, LEASE, after)).toEqual({ kind: 'claimed', attempt: 1, tries: 1 });
});

it('keeps what was given up as long as the claim before it', async () => {
  const { store, item } = await open();
  await store.claim(KEY, LEASE, NOW);
  await store.fail(KEY, failedRun(KEY), null);
  expect(item('claim#evt_a#cleanup')?.expiresAt).toEqual({ N: String((NOW + RETENTION_MS) / 1_000) });
  expect(await store.claim(KEY, LEASE, NOW + DAY_MS)).toMatchObject({ kind: 'givenUp' });
});

it('reads strongly consistent, and writes on a condition only', async () => {
  const { store, calls } = await open();
  await store.claim(KEY, LEASE, NOW);
  await store.complete(KEY, endedRun(KEY), NOW);
  for (const { target, request } of calls) {
    if (target.endsWith('GetItem')) expect(request.ConsistentRead).toBe(true);
    else expect(request.ConditionExpression).toMatch(/^(attribute_not_exists\(pk\)|#version = :version)$/);
  }
  expect(calls).toHaveLength(4);
});

it('counts every one of many deliveries at once', async () => {
  const { store } = await open();
  await store.add(KEY, NOW);
  await Promise.all([1, 2, 3, 4, 5].map((offset) => store.repeats(KEY, NOW + offset)));
  expect(await store.deliveries(KEY)).toMatchObject({ count: 6, firstAtMs: NOW });
});

it('gives up, and says so, when others are faster ten times', async () => {
  const { store, trouble, calls } = await open();
  const failed = new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
  trouble((target) => (target.endsWith('PutItem') ? failed : undefined));
  await expect(store.claim(KEY, LEASE, NOW)).rejects.toThrow('changed 10 times');
  expect(calls).toHaveLength(20);
});

it('throws when the table is short of capacity for good, and repeats when it is not', async () => {
  const { store, trouble, calls } = await open({ maxAttempts: 3 });
  const throttled = new AwsError('ProvisionedThroughputExceededException', 'slow down');
  let left = 2;
  trouble(() => (left-- > 0 ? throttled : undefined));
  expect(await store.claim(KEY, LEASE, NOW)).toMatchObject({ kind: 'claimed' });
  expect(calls).toHaveLength(4);
  trouble(() => throttled);
  await expect(store.claim(KEY, LEASE, NOW)).rejects.toThrow('slow down');
});
