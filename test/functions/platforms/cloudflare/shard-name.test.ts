import { expect, it } from 'vitest';
import { SHARDS, shardName } from '../../../../functions/platforms/cloudflare/claims/shard-name.ts';

const CLUSTER = 'urn:offhook:cluster:c0ffee';
const KEYS = Array.from(
  { length: 16_000 },
  (_, index) => `uid-${index}/${index % 3 === 0 ? 'app' : 'proxy'}`,
);

it('is the same for the same container, in every version: what is kept is looked for there', () => {
  expect(shardName('claims', CLUSTER, 'uid-1/app')).toBe('claims-4');
  expect(shardName('claims', CLUSTER, 'uid-1/sidecar')).toBe('claims-4');
  expect(shardName('receipts', CLUSTER, 'uid-1/app')).toBe('receipts-0');
  expect(shardName('receipts', 'urn:offhook:cluster:b', 'uid-1/app')).toBe('receipts-1');
});

it.each(['receipts', 'claims'] as const)('spreads %s of containers evenly', (kept) => {
  const all = Object.values(Object.groupBy(KEYS, (key) => shardName(kept, CLUSTER, key)));
  const counts = all.map((keys) => keys?.length ?? 0);
  expect(counts).toHaveLength(SHARDS[kept]);
  const mean = KEYS.length / SHARDS[kept];
  expect(Math.min(...counts)).toBeGreaterThan(0.8 * mean);
  expect(Math.max(...counts)).toBeLessThan(1.2 * mean);
});
