import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createLocalCluster } from '../../infra/local/cluster.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { startStopwatch } from '../support/stopwatch.ts';
import { eventually } from './support/eventually.ts';
import { followServer } from './support/follow-server.ts';
import { createWatchedCluster, ids, podManifest, told } from './support/watched-cluster.ts';

const CLUSTER_PROCESS = fileURLToPath(new URL('./support/cluster-process.ts', import.meta.url));
const deadlines = { headersTimeoutMs: 1_000, silenceMs: 1_000 };

test('a watch reset in the middle of an object is taken up again within seconds, and nothing is lost or doubled', {
  timeout: 180_000,
}, async () => {
  const proxies: FaultProxy[] = [];
  const { cluster, tap, startReady } = await createWatchedCluster({
    serverFor: async ({ url }) => {
      const proxy = await startFaultProxy(url);
      proxies.push(proxy);
      return proxy.url;
    },
  });
  const [proxy] = proxies;
  if (proxy === undefined) throw new Error('no proxy');
  await startReady();
  const expected: string[] = [];
  // In the middle of its first line, and of a later one.
  for (const [bytes, withinMs] of [
    [100, 3_000],
    // A second failure within two minutes is waited out for twice as long.
    [2_500, 5_000],
  ] as const) {
    const resets = proxy.resetAt.length;
    const elapsedMs = startStopwatch();
    proxy.set({ kind: 'resetAfter', bytes });
    cluster.applyManifest(podManifest(`after-${bytes}`));
    await eventually('the reset', () => proxy.resetAt.length > resets);
    proxy.set({ kind: 'pass' });
    await eventually('the end of the watch', () => cluster.api.openWatches() === 0);
    await eventually('the next watch', () => cluster.api.openWatches() === 1);
    expect(elapsedMs()).toBeLessThan(withinMs);
    expected.push(`preStart after-${bytes}`, `postStart after-${bytes}`);
    await eventually('both events', () => tap.requests.length >= expected.length);
  }
  expect(told(tap.requests)).toEqual(expected);
  expect(new Set(ids(tap.requests)).size).toBe(expected.length);
});

test('a half-open watch, without a byte and without an end, is given up after the silence deadline and taken up again', {
  timeout: 180_000,
}, async () => {
  const cluster = await createLocalCluster({ bookmarkIntervalMs: 100 });
  onTestFinished(() => cluster.close());
  const proxy = await startFaultProxy(cluster.url);
  const { source, sink } = await followServer(proxy.url, { deadlines });
  await eventually('the watch', () => source.status().state === 'watching');
  const pod = cluster.applyManifest(podManifest('seen'));
  await eventually('the first Pod', () =>
    sink.told().some((line) => line.startsWith(`seen ${pod.metadata.uid}@`)),
  );
  expect(source.status().restarts).toEqual({});

  proxy.set({ kind: 'blackhole' });
  const unseen = cluster.applyManifest(podManifest('unseen'));
  await eventually('the silence to be noticed', () => source.status().restarts.silence === 1);
  proxy.set({ kind: 'pass' });
  const isSeen = () => sink.told().some((line) => line.startsWith(`seen ${unseen.metadata.uid}@`));
  await eventually('the second Pod', isSeen);
  expect(sink.told().filter((line) => line.startsWith('listed'))).toHaveLength(1);
});

test('an API server that is stopped (SIGSTOP) costs the header timeout an attempt; once it goes on, so does the watch', {
  timeout: 180_000,
}, async () => {
  const server = spawn(process.execPath, [CLUSTER_PROCESS], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void server.kill('SIGKILL'));
  const [url] = await once(createInterface({ input: server.stdout }), 'line');
  const { source, sink } = await followServer(url, { deadlines: { headersTimeoutMs: 300, silenceMs: 600 } });
  await eventually('the watch', () => source.status().state === 'watching');
  server.kill('SIGSTOP');
  await eventually('an attempt without an answer', () => (source.status().restarts.noAnswer ?? 0) >= 1);
  expect(source.status().error).toMatch(/did not answer within 0.3 s/);
  server.stdin.write(`${JSON.stringify(podManifest('web'))}\n`);
  server.kill('SIGCONT');
  await eventually('the Pod', () => sink.told().some((line) => line.startsWith('seen ')));
  expect(source.status()).not.toHaveProperty('error');
});

test('a socket that accepts and never answers is asked again, each time after a longer and uneven pause', {
  timeout: 180_000,
}, async () => {
  const asked: number[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => asked.push(performance.now()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { source } = await followServer(`http://127.0.0.1:${address.port}`, {
    deadlines: { headersTimeoutMs: 50, silenceMs: 50 },
    resumePoint: '100',
  });
  await eventually('three requests', () => asked.length === 3);
  const [first = 0, second = 0, third = 0] = asked;
  // 50 ms for the answer, then 0.8 to 1.6 s, then 1.6 to 3.2 s.
  expect(second - first).toBeGreaterThan(800);
  expect(third - second).toBeGreaterThan(1_600);
  expect(source.status()).toMatchObject({ stale: true, restarts: { noAnswer: expect.any(Number) } });
});
