import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { healthOf, untilReady, writeWatchConfig } from '../../support/watch-config.ts';

/** Labels that make each event of a Pod 5 KiB, and what is remembered of it: 300 do not fit into two megabytes. */
const LABELS = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [`label-${index}`, 'x'.repeat(63)]),
);

const MAX_BYTES = 2 * 1024 ** 2;
/** At most 250 changes, each with an event and a Pod of 5 KiB on pages of 8: more than a fifth of the quota, so it is stored from 80 % down. */
const ONE_BATCH_BYTES = 250 * 12 * 1024;

const pod = (name: string) => ({
  kind: 'Pod',
  metadata: { name, labels: LABELS },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
});

it('at its quota a watcher stops reading and says so, and goes on without loss when deliveries make room', {
  timeout: 180_000,
}, async () => {
  const cluster = await createLocalCluster();
  onTestFinished(() => cluster.close());
  const tap = await startReceiver();
  const opened = Promise.withResolvers<void>();
  tap.answer(async (response) => {
    await opened.promise;
    response.writeHead(202).end();
  });
  const directory = temporaryDirectory();
  const { file, env } = writeWatchConfig(directory, {
    receivers: { tap: tap.url },
    journal: `${directory}/journal`,
    maxBytes: '2MiB',
  });
  const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
  const health = await healthOf(watcher);
  await untilReady(watcher);
  const names = Array.from({ length: 150 }, (_, index) => `pod-${index}`);
  for (const name of names) cluster.applyManifest(pod(name));

  await watcher.says(/the journal has reached its quota/, 30_000);
  const unready = await fetch(`${health}/readyz`);
  expect(unready.status).toBe(503);
  expect(await unready.text()).toMatch(
    /the journal has reached its quota of 2097152 bytes with undelivered events/,
  );
  expect((await fetch(`${health}/livez`)).status).toBe(200);
  await metric(health, /^offhook_journal_full 1$/m);
  const [, used = '0'] = await metric(health, /^offhook_journal_bytes\{part="used"\} (\d+)$/m);
  expect(Number(used)).toBeLessThan(0.8 * MAX_BYTES + ONE_BATCH_BYTES);

  opened.resolve();
  // Each event has an id of its own: with twice as many as Pods, preStart and postStart of every Pod are there.
  const ids = () => new Set(tap.requests.map(({ headers }) => String(headers['webhook-id'])));
  await until('every event of every Pod', () => ids().size === 2 * names.length, 30_000);
  const heard = new Set(tap.requests.map(({ body }) => `${subjectOf(body)} ${hookOf(body)}`));
  expect([...heard].sort()).toEqual(
    names.flatMap((name) => ['preStart', 'postStart'].map((hook) => `default/${name}/app ${hook}`)).sort(),
  );
  await untilReady(watcher);
  await watcher.says(/the journal has room again/);
  const [, dead = '?'] = await metric(health, /^offhook_dead_letters\{subscription="tap"\} (\d+)$/m);
  expect(dead).toBe('0');
});

function hookOf(body: Buffer): string {
  return JSON.parse(body.toString()).data.hook;
}

function subjectOf(body: Buffer): string {
  return JSON.parse(body.toString()).subject;
}

async function metric(health: string, pattern: RegExp): Promise<RegExpExecArray> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const match = pattern.exec(await (await fetch(`${health}/metrics`)).text());
    if (match !== null) return match;
    if (performance.now() > deadline) throw new Error(`never on /metrics: ${pattern}`);
    await setTimeout(100);
  }
}
