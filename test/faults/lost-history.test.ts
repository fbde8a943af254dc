import { expect, onTestFinished, test } from 'vitest';
import { createLocalCluster } from '../../infra/local/cluster.ts';
import type { ReceivedRequest } from '../support/receiver.ts';
import { eventually } from './support/eventually.ts';
import { createWatchedCluster, ids, kill, podManifest, told } from './support/watched-cluster.ts';

const CLUSTER_UID = '11111111-2222-4333-8444-555555555555';

test('history that was too short for an outage: one gap, what still runs is told, what is gone is concluded', {
  timeout: 180_000,
}, async () => {
  const { cluster, tap, startReady } = await createWatchedCluster({ cluster: { historyLimit: 5 } });
  const watcher = await startReady();
  for (const name of ['stays', 'goes']) cluster.applyManifest(podManifest(name));
  await eventually(
    'both Pods run',
    () => told(tap.requests).filter((line) => line.startsWith('postStart')).length === 2,
  );
  await kill(watcher);
  cluster.deletePod('default', 'goes', { gracePeriodSeconds: 0 });
  cluster.applyManifest(podManifest('new'));
  await eventually('the new Pod runs', () => cluster.getPod('default', 'new').status?.phase === 'Running');
  const before = tap.requests.length;

  await startReady();
  const expected = ['gap', 'postStart new', 'postStop goes', 'preStop goes'];
  const later = () => tap.requests.slice(before).filter(unlike(tap.requests.slice(0, before)));
  await eventually('what the list shows', () => later().length >= expected.length);
  expect(told(later()).toSorted()).toEqual(expected);
  expect(later().map(observation)).toEqual(expect.arrayContaining(['inferred', 'inferred', 'recovered']));
  expect(gaps(tap.requests)).toEqual([expect.objectContaining({ why: 'expired' })]);
});

test('an API server restored to an older state is a new epoch: one gap, its Pods instead of the old ones, and the watch goes on', {
  timeout: 180_000,
}, async () => {
  const { cluster, tap, startReady } = await createWatchedCluster({ cluster: { clusterUid: CLUSTER_UID } });
  await startReady();
  for (const name of ['a', 'b']) cluster.applyManifest(podManifest(name));
  await eventually(
    'both Pods run',
    () => told(tap.requests).filter((line) => line.startsWith('postStart')).length === 2,
  );
  const port = Number(new URL(cluster.url).port);
  const forgotten = Number(cluster.api.resourceVersion());
  await cluster.close();

  const restored = await createLocalCluster({ clusterUid: CLUSTER_UID, port });
  onTestFinished(() => restored.close());
  expect(Number(restored.api.resourceVersion())).toBeLessThan(forgotten);
  // A watch from its future would be silent: the watcher asks first where this server stands.
  await eventually('the gap', () => gaps(tap.requests).length === 1);
  restored.applyManifest(podManifest('c'));
  await eventually('the new Pod', () => told(tap.requests).includes('postStart c'));
  expect(gaps(tap.requests)).toEqual([expect.objectContaining({ why: 'epochChanged' })]);
  const stops = tap.requests.filter(({ body }) => /"hook":"postStop"/.test(body.toString()));
  expect(told(stops).toSorted()).toEqual(['postStop a', 'postStop b']);
  expect(stops.map(observation)).toEqual(['inferred', 'inferred']);
});

test('a Pod created anew under its name while the watcher was stopped (SIGSTOP): the old one ended, the new one started', {
  timeout: 180_000,
}, async () => {
  const { cluster, tap, startReady } = await createWatchedCluster();
  const watcher = await startReady();
  const old = cluster.applyManifest(podManifest('db-0'));
  await eventually('the first one runs', () => told(tap.requests).includes('postStart db-0'));
  watcher.kill('SIGSTOP');
  cluster.api.dropWatches();
  cluster.deletePod('default', 'db-0', { gracePeriodSeconds: 0 });
  const next = cluster.applyManifest(podManifest('db-0'));
  await eventually(
    'the second one runs',
    () => cluster.getPod('default', 'db-0').status?.phase === 'Running',
  );
  cluster.api.expireHistory();
  watcher.kill('SIGCONT');

  const of = (uid: string) =>
    tap.requests.filter(({ body }) => JSON.parse(body.toString()).data.pod?.uid === uid);
  await eventually('the second one', () => told(of(next.metadata.uid)).includes('postStart db-0'));
  await eventually('the end of the first', () => told(of(old.metadata.uid)).includes('postStop db-0'));
  await eventually('the gap', () => gaps(tap.requests).length > 0);
  expect(told(of(old.metadata.uid))).toEqual(
    ['preStart', 'postStart', 'preStop', 'postStop'].map((hook) => `${hook} db-0`),
  );
  expect(of(old.metadata.uid).map(observation)).toEqual(['status', 'status', 'inferred', 'inferred']);
  expect(told(of(next.metadata.uid))).toEqual(['postStart db-0']);
  expect(gaps(tap.requests)).toHaveLength(1);
});

/** Not among `others`, by id: what was sent and not yet recorded when the watcher was killed is sent again. */
function unlike(others: readonly ReceivedRequest[]): (request: ReceivedRequest) => boolean {
  const known = new Set(ids(others));
  return (request) => !known.has(String(request.headers['webhook-id']));
}

function observation({ body }: ReceivedRequest): unknown {
  return JSON.parse(body.toString()).data.observation;
}

function gaps(requests: readonly ReceivedRequest[]): readonly Record<string, unknown>[] {
  return requests.map(({ body }) => JSON.parse(body.toString()).data).filter(({ hook }) => hook === 'gap');
}
