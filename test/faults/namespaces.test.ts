import { expect, test } from 'vitest';
import type { LocalCluster } from '../../infra/local/cluster.ts';
import type { ReceivedRequest } from '../support/receiver.ts';
import { healthOf, untilReady, warnings } from '../support/watch-config.ts';
import { eventually } from './support/eventually.ts';
import { createWatchedCluster, ids, kill, podManifest, told } from './support/watched-cluster.ts';

/** RBAC as docs/configuration.md has it for `watch.namespaces`: no Pod beyond these can be read. */
const rolesIn = (...namespaces: readonly string[]) => [
  { verbs: ['get'], resources: ['namespaces'], names: ['kube-system'] },
  ...namespaces.map((namespace) => ({ verbs: ['list', 'watch'], resources: ['pods'], namespace })),
];

test('Roles in two of three namespaces are enough; killed, and with the history of one lost, nothing else is lost', {
  timeout: 90_000,
}, async () => {
  const { cluster, tap, startReady } = await createWatchedCluster({
    cluster: { grant: rolesIn('shop', 'pay') },
    watch: ['namespaces: [shop, pay]'],
  });
  const run = runsIn(cluster, 'shop', 'pay', 'dark');
  const first = await startReady();
  for (const namespace of ['shop', 'pay', 'dark']) run(namespace, 'early');
  await eventually('both Pods', () => starts(tap.requests).length === 2);
  await kill(first);
  run('pay', 'meanwhile');
  cluster.deletePod('shop', 'early', { gracePeriodSeconds: 0 });

  const second = await startReady();
  await eventually('what happened meanwhile', () => told(tap.requests).includes('postStop early'));
  await eventually('in both', () => starts(tap.requests).includes('pay/meanwhile'));
  expect(gaps(tap.requests)).toEqual([]);

  run('shop', 'before');
  await eventually('one before', () => starts(tap.requests).includes('shop/before'));
  cluster.api.expireHistory();
  cluster.api.dropWatches('shop');
  run('pay', 'after');
  await eventually('the gap', () => gaps(tap.requests).length === 1);
  run('shop', 'after');
  await eventually('both go on', () => starts(tap.requests).length === 6);
  expect(gaps(tap.requests)).toMatchObject([{ why: 'expired', namespace: 'shop' }]);
  expect(starts(tap.requests).toSorted()).toEqual([
    ...['pay/after', 'pay/early', 'pay/meanwhile', 'shop/after', 'shop/before', 'shop/early'],
  ]);
  const stops = told(once(tap.requests)).filter((line) => line.startsWith('postStop'));
  expect(stops).toEqual(['postStop early']);
  expect(warnings(second.stderr()).filter((line) => line.includes('"cause":"forbidden"'))).toEqual([]);
});

test('a namespace without a Role says its name in one line and in /readyz, and the others are followed', {
  timeout: 90_000,
}, async () => {
  const { cluster, tap, start } = await createWatchedCluster({
    cluster: { grant: rolesIn('shop') },
    watch: ['namespaces: [shop, pay]'],
  });
  const run = runsIn(cluster, 'shop', 'pay');
  const watcher = start();
  await watcher.says(/not allowed to watch pods in the namespace pay; check with: .* --namespace pay/);
  run('shop', 'seen');
  await eventually('the other one', () => starts(tap.requests).length === 1);
  const readyz = await fetch(`${await healthOf(watcher)}/readyz`);
  expect([readyz.status, await readyz.text()]).toEqual([
    503,
    expect.stringMatching(/in the namespace pay: /),
  ]);
  run('pay', 'old');
  await eventually('it runs', () => cluster.getPod('pay', 'old').status?.phase === 'Running');

  cluster.api.setAccess({ grant: rolesIn('shop', 'pay') });
  await watcher.says(/following pods again/, 60_000);
  await untilReady(watcher);
  run('pay', 'new');
  await eventually('the new Pod', () => starts(tap.requests).includes('pay/new'));
  expect(starts(tap.requests)).toEqual(['shop/seen', 'pay/new']);
  const forbidden = warnings(watcher.stderr()).filter((line) => line.includes('not allowed'));
  expect(forbidden).toHaveLength(1);
});

function runsIn(cluster: LocalCluster, ...namespaces: readonly string[]) {
  for (const namespace of namespaces) cluster.createNamespace(namespace);
  return (namespace: string, name: string) => void cluster.applyManifest(podManifest(name, namespace));
}

/** `namespace/pod` of each postStart. */
function starts(requests: readonly ReceivedRequest[]): readonly string[] {
  return once(requests).flatMap(({ body }) => {
    const { data } = JSON.parse(body.toString());
    return data.hook === 'postStart' ? [`${data.pod.namespace}/${data.pod.name}`] : [];
  });
}

function gaps(requests: readonly ReceivedRequest[]): readonly unknown[] {
  return once(requests)
    .map(({ body }) => JSON.parse(body.toString()).data)
    .filter(({ hook }) => hook === 'gap');
}

/** By id: what was not confirmed when the watcher was killed is sent again. */
function once(requests: readonly ReceivedRequest[]): readonly ReceivedRequest[] {
  const all = ids(requests);
  return requests.filter((_, index) => all.indexOf(all[index] ?? '') === index);
}
