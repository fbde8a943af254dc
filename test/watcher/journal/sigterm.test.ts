import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { type OffhookProcess, startOffhook } from '../../support/offhook-process.ts';
import { startReceiver } from '../../support/receiver.ts';
import { startStopwatch } from '../../support/stopwatch.ts';
import { until } from '../../support/until.ts';
import { healthOf, untilReady, writeWatchConfig } from '../../support/watch-config.ts';

const PODS = 150;

const pod = (name: string) => ({
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
});

// Fault 32: SIGTERM during a backlog.
it('SIGTERM with a backlog and a slow receiver ends in ten seconds, and the rest goes out after the next start', {
  timeout: 180_000,
}, async () => {
  const cluster = await createLocalCluster();
  onTestFinished(() => cluster.close());
  const tap = await startReceiver();
  const answered: string[] = [];
  // Each answer takes longer than the drain, except for the first hundred.
  tap.answer((response, { headers }) => {
    const delayMs = answered.length < 100 ? 100 : 14_000;
    const timer = setTimeout(() => {
      if (response.destroyed) return;
      answered.push(String(headers['webhook-id']));
      response.writeHead(202).end();
    }, delayMs);
    response.on('close', () => clearTimeout(timer));
  });
  const directory = temporaryDirectory();
  const { file, env } = writeWatchConfig(directory, { receivers: { tap: tap.url } });
  const start = () => startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
  const first = start();
  await untilReady(first);
  const names = Array.from({ length: PODS }, (_, index) => `pod-${index}`);
  for (const name of names) cluster.applyManifest(pod(name));
  await until('every Pod to run', () => names.every((name) => phaseOf(name) === 'Running'), 30_000);
  await until('the slow answers', () => answered.length >= 100, 20_000);
  await untilStored(first, 2 * PODS);

  const signalledAt = performance.now();
  const elapsedMs = startStopwatch();
  first.kill('SIGTERM');
  const { code } = await first.ended();
  expect(code).toBe(0);
  expect(performance.now() - signalledAt).toBeGreaterThan(9_000);
  expect(elapsedMs()).toBeLessThan(11_500);

  const journal = new DatabaseSync(join(directory, 'journal', 'journal.db'), { readOnly: true });
  const rows = (sql: string) => journal.prepare(sql).all();
  const latest = Math.max(...names.map((name) => Number(metadataOf(name).resourceVersion)));
  expect(rows("SELECT resource_version FROM resume_point WHERE stream = 'pods'")).toEqual([
    { resource_version: String(latest) },
  ]);
  const states = Object.fromEntries(
    rows('SELECT state, count(*) AS n FROM delivery GROUP BY state').map(({ state, n }) => [state, n]),
  );
  expect(states).toEqual({ delivered: answered.length, pending: 2 * PODS - answered.length });
  const ids = rows('SELECT id FROM event').map(({ id }) => String(id));
  journal.close();
  expect(ids).toHaveLength(2 * PODS);

  tap.answer(202);
  const sentBefore = tap.requests.length;
  const second = start();
  await until('the rest', () => tap.requests.length >= sentBefore + 2 * PODS - answered.length, 20_000);
  const sentLater = tap.requests.slice(sentBefore).map(({ headers }) => String(headers['webhook-id']));
  expect([...sentLater, ...answered].sort()).toEqual(ids.sort());
  second.kill('SIGTERM');
  expect((await second.ended()).code).toBe(0);

  function metadataOf(name: string) {
    return cluster.getPod('default', name).metadata;
  }
  function phaseOf(name: string) {
    return cluster.getPod('default', name).status?.phase;
  }
});

async function untilStored(watcher: OffhookProcess, count: number): Promise<void> {
  const health = await healthOf(watcher);
  const deadline = performance.now() + 20_000;
  for (;;) {
    const text = await (await fetch(`${health}/metrics`)).text();
    const counts = [...text.matchAll(/^offhook_events_total\{.*\} (\d+)$/gm)].map(([, value]) =>
      Number(value),
    );
    if (counts.reduce((sum, value) => sum + value, 0) >= count) return;
    if (performance.now() > deadline) throw new Error(`only ${counts} stored`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
