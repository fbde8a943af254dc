import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { healthOf, untilReady, writeWatchConfig } from '../../support/watch-config.ts';
import { parseExposition, sampleOf } from './exposition.ts';

const POD = {
  kind: 'Pod',
  metadata: { name: 'a-pod-to-be-found' },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
};

it('a running watcher shows on /metrics what it saw, sent, and could not send', {
  timeout: 180_000,
}, async () => {
  const cluster = await createLocalCluster();
  onTestFinished(() => cluster.close());
  const good = await startReceiver();
  const bad = await startReceiver();
  bad.answer(500);
  const leaving = await startReceiver();
  leaving.answer(410);
  const { file, env } = writeWatchConfig(temporaryDirectory(), {
    receivers: { good: good.url, bad: bad.url, leaving: leaving.url },
  });
  const startedAtMs = performance.now();
  const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
  const health = await healthOf(watcher);
  await untilReady(watcher);
  cluster.applyManifest(POD);
  // preStart, postStart, and that the third receiver wants nothing more.
  await good.received(3);
  await until('an attempt at each', () => bad.requests.length > 1 && leaving.requests.length > 0);

  cluster.api.expireHistory();
  cluster.api.dropWatches();
  await watcher.says(/following pods again/);
  await good.received(4);
  const answer = await scrapeUntil(
    health,
    /^offhook_queue_pending\{subscription="bad"\} 4\n.*\{subscription="good"\} 0$/m,
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const { text } = answer;
  const families = parseExposition(text);
  const sample = (name: string, labels: Record<string, string> = {}) => sampleOf(families, name, labels);

  expect(sample('offhook_ready')).toBe(1);
  expect(sample('offhook_leading')).toBe(1);
  expect(sample('offhook_journal_writable')).toBe(1);
  expect(sample('offhook_events_total', { hook: 'preStart', observation: 'status' })).toBe(1);
  expect(sample('offhook_events_total', { hook: 'postStart', observation: 'status' })).toBe(1);
  expect(sample('offhook_gaps_total')).toBe(1);
  expect(sample('offhook_watch_lists_total', { reason: 'start' })).toBe(1);
  expect(sample('offhook_watch_lists_total', { reason: 'expired' })).toBe(1);
  expect(sample('offhook_watch_restarts_total', { resource: 'pods', cause: 'expired' })).toBe(1);
  expect(sample('offhook_watch_last_contact_timestamp_seconds', { resource: 'pods' })).toBeGreaterThan(1.7e9);
  expect(sample('offhook_delivery_attempts_total', { subscription: 'good', outcome: 'delivered' })).toBe(4);
  expect(
    sample('offhook_delivery_attempts_total', { subscription: 'bad', outcome: 'retry' }),
  ).toBeGreaterThan(1);
  expect(
    sample('offhook_delivery_attempts_total', { subscription: 'leaving', outcome: 'gone' }),
  ).toBeGreaterThan(0);
  expect(sample('offhook_delivery_lag_seconds_count', { subscription: 'good' })).toBe(4);
  const mostSeconds = (4 * (performance.now() - startedAtMs)) / 1_000;
  expect(sample('offhook_delivery_lag_seconds_sum', { subscription: 'good' })).toBeLessThan(mostSeconds);
  expect(sample('offhook_queue_pending', { subscription: 'good' })).toBe(0);
  expect(sample('offhook_queue_pending', { subscription: 'bad' })).toBe(4);
  expect(sample('offhook_queue_oldest_pending_seconds', { subscription: 'bad' })).toBeGreaterThan(1);
  expect(sample('offhook_dead_letters', { subscription: 'leaving' })).toBeGreaterThan(0);
  expect(sample('offhook_subscriptions_disabled', { subscription: 'leaving' })).toBe(1);
  expect(sample('offhook_journal_bytes', { part: 'used' })).toBeGreaterThan(10_000);
  expect(sample('offhook_journal_max_bytes')).toBe(1024 ** 3);
  expect(sample('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  expect(sample('process_cpu_seconds_total')).toBeGreaterThan(0.05);
  expect(sample('process_open_fds')).toBeGreaterThan(5);

  expect(text).not.toContain('a-pod-to-be-found');
  expect(text).not.toContain(new URL(good.url).port);
  expect((await fetch(`${health}/metrics`, { method: 'POST' })).status).toBe(405);
});

/** One measurement is shown for a second: asks until it is the one that is waited for. */
async function scrapeUntil(health: string, shown: RegExp) {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { status, headers, text } = await scrape(health);
    if (shown.test(text)) return { status, headers, text };
    if (performance.now() > deadline) throw new Error(`never on /metrics: ${shown}\n${text}`);
    await setTimeout(100);
  }
}

async function scrape(health: string) {
  const answer = await fetch(`${health}/metrics`);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
