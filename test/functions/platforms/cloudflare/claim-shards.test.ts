import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { shardName } from '../../../../functions/platforms/cloudflare/claims/shard-name.ts';
import { startReceiver } from '../../../support/receiver.ts';
import { endedRun } from '../../support/ended-run.ts';
import { eventually } from '../../support/eventually.ts';
import { openDurableObject } from '../../support/open-claims.ts';
import { postStart } from '../../support/sample-events.ts';
import { deliver, SECRET } from '../../support/signed-post.ts';
import { startWorker } from '../../support/start-worker.ts';

const NOW = Date.UTC(2026, 0, 1);
const LEASE = 45_000;
const WORKER = fileURLToPath(new URL('../../support/counting-worker.ts', import.meta.url));

/** Containers, of two clusters, in one object. */
function neighbours(count: number) {
  const all = Array.from({ length: count * 64 }, (_, index) => ({
    source: `urn:offhook:cluster:${index % 2}`,
    partitionKey: `uid-${index}/app`,
  }));
  const inOne = all.filter(
    ({ source, partitionKey }) => shardName('claims', source, partitionKey) === 'claims-4',
  );
  return inOne.slice(0, count);
}

async function openForTest(...given: Parameters<typeof openDurableObject>) {
  const { store, close } = await openDurableObject(...given);
  onTestFinished(close);
  return store;
}

describe('containers that share an object', () => {
  it('have receipts, claims and states of their own', async () => {
    const store = await openForTest();
    const containers = neighbours(8);
    const keys = containers.map((one, index) => ({ ...one, eventId: `evt_${index}`, handler: 'one' }));
    await Promise.all(keys.map((key) => store.add(key, NOW, `status:${key.eventId}`)));
    await Promise.all(
      containers.map(({ source: stream, partitionKey }) =>
        store.writeState({ stream, partitionKey }, { version: 1, state: partitionKey }, NOW),
      ),
    );
    const [first, second] = keys as [(typeof keys)[number], (typeof keys)[number]];
    await store.claim(first, LEASE, NOW);
    await store.complete(first, endedRun(first), NOW);
    expect(await store.reopen(second, NOW)).toBe(false);
    expect(await store.claim(second, LEASE, NOW)).toEqual({ kind: 'claimed', attempt: 1, tries: 1 });
    expect(await store.claim(first, LEASE, NOW)).toMatchObject({ kind: 'completed' });
    for (const [index, key] of keys.entries()) {
      expect(await store.told(key)).toBe(`status:evt_${index}`);
      const state = await store.readState({ stream: key.source, partitionKey: key.partitionKey });
      expect(state?.state).toBe(key.partitionKey);
      const other = { stream: 'urn:offhook:cluster:other', partitionKey: key.partitionKey };
      expect(await store.readState(other)).toBeNull();
    }
  });

  it('are forgotten a slice at a time, and what is young stays', { timeout: 180_000 }, async () => {
    const store = await openForTest({ retentionSeconds: '30' });
    const [container] = neighbours(1);
    const event = (eventId: string) => ({ source: '', partitionKey: '', ...container, eventId });
    // More than one alarm looks at.
    const old = Array.from({ length: 2_400 }, (_, index) => event(`evt_${1_000 + ((index * 7919) % 9_000)}`));
    for (let from = 0; from < old.length; from += 50) {
      await Promise.all(old.slice(from, from + 50).map((key) => store.add(key, Date.now() - 60_000)));
    }
    const young = event('evt_5000_young');
    await store.add(young, Date.now() + 3_600_000);
    const some = old.filter((_, index) => index % 40 === 0);
    const left = async () => (await Promise.all(some.map(store.deliveries))).filter((one) => one !== null);
    await eventually(left, ({ length }) => length === 0, 60_000);
    expect(await store.deliveries(young)).not.toBeNull();
  });
});

async function startCounting() {
  const probe = await startReceiver();
  let down = false;
  probe.answer((response, { path }) => response.writeHead(down && path === '/queue' ? 503 : 200).end());
  const lines: string[] = [];
  const receiver = await startWorker({
    port: 0,
    secrets: [SECRET],
    vars: { PROBE_URL: new URL(probe.url).origin },
    entryFile: WORKER,
    onLog: (line) => void lines.push(line),
  });
  onTestFinished(receiver.dispose);
  const batches = () =>
    lines.flatMap((line) => (line.includes('sent a batch') ? [JSON.parse(line).messages as number] : []));
  const handled = (events: readonly { readonly id: string }[]) =>
    eventually(
      async () =>
        (await receiver.auditRows()).filter(({ runs }) => runs.length === 3).map(({ eventId }) => eventId),
      (ids) => events.every(({ id }) => ids.includes(id)),
      60_000,
    );
  const post = async (events: readonly ReturnType<typeof postStart>[]) =>
    (await Promise.all(events.map((event) => deliver(receiver.url, event)))).map(({ status }) => status);
  const breakDown = (is: boolean) => {
    down = is;
  };
  return { post, batches, handled, breakDown };
}

const runsOfOne = (count: number) =>
  Array.from({ length: count }, (_, run) => postStart({ key: `run ${run}` }));

describe('events that come to an object at the same time', () => {
  it('share calls of the queue, and each is handled', async () => {
    const { post, batches, handled } = await startCounting();
    const events = runsOfOne(40);
    expect(new Set(await post(events))).toEqual(new Set([202]));
    expect(batches().reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(batches().length).toBeLessThan(30);
    await handled(events);
    expect(new Set(await post(events))).toEqual(new Set([200]));
  });

  it('are all answered 503 when their call fails, and nothing is lost when they come again', async () => {
    const { post, batches, handled, breakDown } = await startCounting();
    const events = runsOfOne(20);
    breakDown(true);
    expect(new Set(await post(events))).toEqual(new Set([503]));
    expect(Math.max(...batches())).toBeGreaterThan(1);
    breakDown(false);
    expect(new Set(await post(events))).toEqual(new Set([202]));
    await handled(events);
  });

  it('and are the same are one: the others are repeated, or fail with it', async () => {
    const { post, batches, handled, breakDown } = await startCounting();
    const event = postStart({ key: 'twice' });
    breakDown(true);
    expect(await post([event, event, event])).toEqual([503, 503, 503]);
    breakDown(false);
    const before = batches().length;
    expect((await post([event, event, event])).toSorted()).toEqual([200, 200, 202]);
    expect(batches().slice(before)).toEqual([1]);
    await handled([event]);
  });
});
