import { expect, onTestFinished, test } from 'vitest';
import { createLocalCluster } from '../../infra/local/cluster.ts';
import { startReceiver } from '../support/receiver.ts';
import { current, json, page, startScriptedApi, stream, streamAndEnd } from '../support/scripted-api.ts';
import { healthOf } from '../support/watch-config.ts';
import { bookmark } from '../watcher/source/follow.ts';
import { eventually } from './support/eventually.ts';
import { configureWatcher, createWatchedCluster, podManifest, told } from './support/watched-cluster.ts';

/** Where `/readyz` stands, and its reasons. */
async function readyz(health: string): Promise<string> {
  const answer = await fetch(`${health}/readyz`);
  return `${answer.status} ${await answer.text()}`;
}

/** Asks until `/readyz` stands so. */
async function readyzBecomes(health: string, expected: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  let said = '';
  while (said !== expected) {
    if (performance.now() > deadline) throw new Error(`/readyz never said ${expected}, but: ${said}`);
    said = await readyz(health);
  }
}

test.each([
  ['that is younger', 0],
  ['that is further on', 200],
])(
  'another cluster %s at the same address ends the watcher, and nothing is told of its Pods',
  {
    timeout: 180_000,
  },
  async (_, changes) => {
    const { cluster, tap, startReady } = await createWatchedCluster();
    const watcher = await startReady();
    cluster.applyManifest(podManifest('mine'));
    await eventually('my Pod runs', () => told(tap.requests).includes('postStart mine'));
    const port = Number(new URL(cluster.url).port);
    const seen = Number(cluster.api.resourceVersion());
    await cluster.close();

    const other = await createLocalCluster({ port });
    onTestFinished(() => other.close());
    for (let change = 0; change < changes; change += 1) other.createNamespace(`namespace-${change}`);
    expect(Number(other.api.resourceVersion()) > seen).toBe(changes > 0);
    other.applyManifest(podManifest('theirs'));
    const { code, stderr } = await watcher.ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /offhook watch: the journal \S+ belongs to another cluster \(kube-system UID \S+, this cluster has \S+\); nothing was changed/,
    );
    expect(told(tap.requests)).toEqual(['preStart mine', 'postStart mine']);
  },
);

test('an older server is followed no more as soon as it answers: not ready, with the reason, until it is a new epoch', {
  timeout: 180_000,
}, async () => {
  const api = await startScriptedApi({
    other: [json(200, { metadata: { uid: 'uid-a' } })],
    watchList: [stream(bookmark(200, 'end'))],
  });
  onTestFinished(() => api.close());
  const tap = await startReceiver();
  const watcher = await configureWatcher(api.url, tap.url).startReady();
  // History was put back to 58, and answers the watch from its future as Kubernetes 1.36 does: with nothing.
  api.script('current', ...Array.from({ length: 4 }, () => current('58')));
  api.script('other', ...Array.from({ length: 9 }, () => json(200, { metadata: { uid: 'uid-a' } })));
  api.script('watchList', stream(bookmark(58, 'end')));
  api.stream(0).reset();
  const health = await healthOf(watcher);
  await readyzBecomes(
    health,
    '503 what the API server answers about Pods is refused: ' +
      'the API server is behind what was seen: its most recent state is 58, and 200 was seen\n',
  );
  await eventually('the gap', () => told(tap.requests).includes('gap'));
  await readyzBecomes(health, '200 ok\n');
  await watcher.says(/the history of the API server was put back/);
  const metrics = await (await fetch(`${health}/metrics`)).text();
  expect(metrics).toMatch(/offhook_watch_restarts_total{resource="pods",cause="lagging"} 3/);
  expect(metrics).toMatch(/offhook_watch_restarts_total{resource="pods",cause="wentBack"} 1/);
  expect(metrics).toMatch(/offhook_watch_lists_total{reason="epochChanged"} 1/);
  expect(metrics).toMatch(/offhook_gaps_total 1/);
});

test('a list that is refused again and again makes the watcher unready, with the reason; contact is no progress', {
  timeout: 180_000,
}, async () => {
  const old = page('150', []);
  const api = await startScriptedApi({
    other: Array.from({ length: 20 }, () => json(200, { metadata: { uid: 'uid-a' } })),
    watchList: [
      streamAndEnd(bookmark(200, 'end'), { type: 'ERROR', object: { code: 410, reason: 'Expired' } }),
      stream(bookmark(150, 'end')),
    ],
    list: [old, old],
  });
  onTestFinished(() => api.close());
  const tap = await startReceiver();
  const watcher = await configureWatcher(api.url, tap.url).startReady();
  const health = await healthOf(watcher);
  const reason =
    '503 what the API server answers about Pods is refused: ' +
    'the API server listed the state at 150, older than 200 which was seen\n';
  await readyzBecomes(health, reason);
  api.script('list', page('260', []));
  await readyzBecomes(health, '200 ok\n');
});
