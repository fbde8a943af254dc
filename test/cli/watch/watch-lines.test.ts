import { expect, it } from 'vitest';
import { formatDelivery } from '../../../cli/watch/format-delivery.ts';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import type { AttemptReport } from '../../../watcher/delivery/delivery-observer.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { respond, startReceiver } from '../../support/receiver.ts';
import { untilReady, warnings, writeWatchConfig } from '../../support/watch-config.ts';

const POD = {
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
};

it('tells once that a receiver fails, with its word for why, and once that it takes events again; a stop is three lines', {
  timeout: 60_000,
}, async () => {
  const cluster = await createLocalCluster();
  const receiver = await startReceiver();
  const refused = JSON.stringify({ error: 'bad_signature', message: 'not shown' });
  receiver.answer(respond(401, { 'content-type': 'application/json' }, refused));
  const { file, env } = writeWatchConfig(temporaryDirectory(), { receivers: { tap: receiver.url } });
  const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
  await untilReady(watcher);
  cluster.applyManifest(POD);
  const [failing = ''] = await watcher.says(/[^\n]*the receiver fails[^\n]*/);
  expect(JSON.parse(failing)).toMatchObject({
    ...{ level: 'warn', subscription: 'tap', reason: 'http 401 bad_signature' },
    ...{ waiting: expect.any(Number), failedAttempts: expect.any(Number) },
  });
  receiver.answer(202);
  const [recovered = ''] = await watcher.says(/[^\n]*the receiver takes events again[^\n]*/);
  expect(JSON.parse(recovered)).toMatchObject({
    ...{ level: 'warn', failedForSeconds: expect.any(Number), lastReason: 'http 401 bad_signature' },
  });
  watcher.kill('SIGTERM');
  expect((await watcher.ended()).code).toBe(0);
  await cluster.close();
  const log = watcher.stderr();
  expect(warnings(log).filter((line) => line.includes('"subscription"'))).toHaveLength(2);
  expect(log).not.toContain('not shown');
  // Nobody measures milliseconds to twelve digits.
  expect(log).not.toMatch(/"[A-Za-z]*Ms":-?\d+\.\d/);
  const ends = log.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).msg]));
  // What was under way may end in between.
  const stages = ends.filter((message) => message !== 'delivered').slice(-3);
  expect(stages).toEqual([
    expect.stringMatching(/^stop requested/),
    expect.stringMatching(/^drained/),
    'stopped',
  ]);
});

const report: AttemptReport = {
  ...{ subscription: 'bridge', sequence: 1, eventId: 'evt_1', type: 'dev.offhook.container.postStop' },
  ...{ attempt: 3, outcome: 'delivered', next: 'delivered', reason: null, status: 202 },
  ...{ durationMs: 12.3456, observedToSentMs: 5, retryInMs: null },
};
const event = {
  ...{ sequence: 1, eventId: 'evt_1', partitionKey: 'a', timeMs: 0, expiresAtMs: null, ageMs: 0 },
  body: Buffer.from('{"subject":"shop/web-1/app\\u001b[31m"}'),
};

it.each<[string, Partial<AttemptReport>, string]>([
  ['taken', {}, '202 in 12 ms at attempt 3'],
  [
    'refused',
    { outcome: 'retry', next: 'retry', reason: 'http 401 bad_signature', retryInMs: 5_100, attempt: 1 },
    'http 401 bad_signature; next attempt in 5.1 s',
  ],
  ['given up', { outcome: 'rejected', next: 'dead', reason: 'http 415' }, 'dead letter: http 415'],
])('a delivery that was %s is a line on a terminal', (_, fields, result) => {
  const line = formatDelivery(
    { ...report, ...fields },
    { ...event, type: report.type },
    { nowMs: 0, colour: false },
  );
  expect(line).toContain('00:00:00  postStop    shop/web-1/app');
  expect(line).toMatch(new RegExp(`-> bridge  ${result}$`));
  expect(line).not.toContain('\u001b');
});
