import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { loadCluster } from '../../../watcher/source/cluster/cluster-access.ts';
import { createLeaseApi, type LeaseAnswer } from '../../../watcher/standby/lease-api.ts';
import { type LeaseRecord, writeLease } from '../../../watcher/standby/lease-record.ts';

const ADDRESS = { namespace: 'default', name: 'offhook' };

async function leaseApi(server: string, deadlineMs = 10_000) {
  const cluster = await loadCluster({ server });
  onTestFinished(() => cluster.close());
  return createLeaseApi({ cluster, clock: systemClock, deadlineMs }, ADDRESS);
}

async function aCluster() {
  const cluster = await createLocalCluster();
  onTestFinished(() => cluster.close());
  return cluster;
}

function lease(answer: LeaseAnswer): LeaseRecord {
  if (answer.kind !== 'lease') throw new Error(JSON.stringify(answer));
  return answer.lease;
}

const held = (current: LeaseRecord | null, holder: string, claim?: string) =>
  writeLease(current, {
    ...ADDRESS,
    holder,
    durationMs: 8_000,
    nowMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    claim,
  });

test('a Lease goes from hand to hand, and a late writer is refused', async () => {
  const api = await leaseApi((await aCluster()).url);
  expect(await api.read()).toEqual({ kind: 'absent' });
  const first = lease(await api.create(held(null, 'a', 'claim of a')));
  expect(first).toMatchObject({ holder: 'a', durationMs: 8_000, transitions: 0, claim: 'claim of a' });
  expect(await api.create(held(null, 'b'))).toEqual({ kind: 'conflict' });
  const renewed = lease(await api.replace(held(first, 'a', 'more')));
  const taken = lease(await api.replace(held(renewed, 'b')));
  expect(taken).toMatchObject({ holder: 'b', transitions: 1, claim: 'more' });
  expect(await api.replace(held(renewed, 'a'))).toEqual({ kind: 'conflict' });
  const free = lease(await api.replace(held(taken, '', 'claim of b')));
  expect(free).toMatchObject({ holder: '', durationMs: 1_000, transitions: 1, claim: 'claim of b' });
  expect(lease(await api.read())).toEqual(free);
});

test('what others wrote into the object stays, and times are what the API server wants', async () => {
  const cluster = await aCluster();
  const api = await leaseApi(cluster.url);
  const own = held(null, 'a');
  const metadata = { ...(own.metadata as object), labels: { team: 'x' }, annotations: { note: 'y' } };
  const created = lease(await api.create({ ...own, metadata }));
  await api.replace(held(created, 'b', 'c'));
  expect(cluster.api.lease('default', 'offhook')).toMatchObject({
    metadata: { labels: { team: 'x' }, annotations: { note: 'y', 'offhook.dev/delivered': 'c' } },
    spec: {
      holderIdentity: 'b',
      leaseDurationSeconds: 8,
      renewTime: '2026-01-02T03:04:05.678000Z',
      acquireTime: '2026-01-02T03:04:05.678000Z',
      leaseTransitions: 1,
    },
  });
});

test('a refusal names the permission, a deadline and a dead server are told', async () => {
  const cluster = await aCluster();
  const api = await leaseApi(cluster.url);
  cluster.api.setAccess({ forbid: [{ verb: '*', resource: 'leases' }] });
  expect(await api.create(held(null, 'a'))).toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(
      /403.*kubectl auth can-i create leases\.coordination\.k8s\.io --namespace default/,
    ),
  });
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  await new Promise((resolve) => silent.once('listening', resolve));
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const quiet = await leaseApi(`http://127.0.0.1:${port}`, 500);
  expect(await quiet.read()).toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/within 0\.5 s/),
  });
  await cluster.close();
  expect(await api.read()).toMatchObject({ kind: 'failed' });
});
