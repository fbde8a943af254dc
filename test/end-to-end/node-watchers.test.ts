import { expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../infra/local/cluster.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { startReceiver } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import { untilReady } from '../support/watch-config.ts';
import { allRun, CLUSTER_UID, delivered, pod, replica, untilMetric } from './support/replicas.ts';

it('two watchers of a node each tell together what one watcher of the cluster tells, by the same ids', {
  timeout: 180_000,
}, async () => {
  const cluster = await createLocalCluster({
    clusterUid: CLUSTER_UID,
    nodes: ['node1', 'node2'],
    bookmarkIntervalMs: 1_000,
  });
  onTestFinished(() => cluster.close());
  const tap = await startReceiver();
  const setup = { cluster, tap, directory: temporaryDirectory() };
  const whole = replica('whole', setup).start();
  const one = replica('one', {
    ...setup,
    args: ['--node', 'node1'],
    extra: 'watch: { resyncInterval: 10s }\n',
  });
  let first = one.start();
  const two = replica('two', { ...setup, extra: 'watch: { node: node2 }\n' }).start();
  for (const watcher of [whole, first, two]) await untilReady(watcher);

  const by = (name: string) => delivered(tap).filter((each) => each.by === name);
  const ids = (name: string) => new Set(by(name).map(({ id }) => id));
  const union = () => new Set([...ids('one'), ...ids('two')]);
  const hooks = (name: string) => by(name).map(({ hook }) => hook);

  const pods = { 'a-1': 'node1', 'a-2': 'node1', 'b-1': 'node2', 'b-2': 'node2' };
  for (const [name, node] of Object.entries(pods)) cluster.applyManifest(pod(name, node));
  // Its end is told by a kubelet Event alone, which no field selector can ask for by node.
  for (const node of ['node1', 'node2']) cluster.applyManifest(failingHook(`failing-${node}`, node));
  await until('all Pods run', () => allRun(cluster, Object.keys(pods)), 15_000);
  expect(cluster.getPod('default', 'b-1').spec.nodeName).toBe('node2');
  cluster.kubelet.killProcess('default', 'a-1', 'app');
  cluster.kubelet.killProcess('default', 'b-1', 'app');
  await until(
    'both failed hooks',
    () => hooks('whole').filter((hook) => hook === 'hookFailed').length >= 2,
    15_000,
  );

  first.kill('SIGKILL');
  await first.ended();
  for (const name of ['a-2', 'b-2']) cluster.deletePod('default', name, { gracePeriodSeconds: 1 });
  for (const node of ['node1', 'node2'])
    cluster.deletePod('default', `failing-${node}`, { gracePeriodSeconds: 0 });
  await until(
    'the Pods are gone',
    () => hooks('whole').filter((hook) => hook === 'postStop').length >= 4,
    20_000,
  );
  first = one.start();
  await untilReady(first);
  // A comparison with a full list concludes nothing about the Pods of the other node.
  await untilMetric(first, 'offhook_watch_lists_total{reason="resync"}', (count) => count > 0, 25_000);
  await until('the same events', () => [...ids('whole')].every((id) => union().has(id)), 20_000);

  expect(union()).toEqual(ids('whole'));
  expect([...ids('one')].filter((id) => ids('two').has(id))).toEqual([]);
  expect(hooks('one').concat(hooks('two'))).not.toContain('gap');
  expect(hooks('one')).toContain('hookFailed');
  expect(hooks('two')).toContain('hookFailed');
  const nodes = (name: string) =>
    new Set(
      tap.requests
        .filter(({ path }) => path.endsWith(`by=${name}`))
        .map(({ body }) => JSON.parse(body.toString()).data.pod.node),
    );
  expect([nodes('one'), nodes('two')]).toEqual([new Set(['node1']), new Set(['node2'])]);
  const { code, stderr } = await replica('none', { ...setup, args: ['--node', 'Not A Node'] })
    .start()
    .ended();
  expect(code).toBe(2);
  expect(stderr).toMatch(/OFFHOOK_NODE.*the name of a node/);
});

function failingHook(name: string, node: string) {
  const manifest = pod(name, node);
  const [container] = manifest.spec.containers;
  const lifecycle = {
    preStop: { exec: { command: ['/bin/sh', '-c', 'exit 3'] } },
    postStart: { exec: { command: ['/bin/sh', '-c', 'exit 3'] } },
  };
  return {
    ...manifest,
    spec: { ...manifest.spec, restartPolicy: 'Never', containers: [{ ...container, lifecycle }] },
  };
}
