import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { hang } from '../../support/receiver.ts';
import { createSkippingClock } from '../../support/skipping-clock.ts';
import { until } from '../../support/until.ts';
import { hookSubscription } from '../tenancy/hook-objects.ts';
import { bare, podsOf, TO_SERVICE, tenantWorld } from './tenant-world.ts';

const billing = (spec: Record<string, unknown> = TO_SERVICE) =>
  bare(hookSubscription({ namespace: 'default', spec }));

/** Longer than deliveries of a removed subscription may take to end. */
const DRAINED_MS = 12_000;

const givenUp = (lines: readonly Record<string, unknown>[]) =>
  lines.filter(({ msg }) => String(msg).startsWith('given up'));

test('an object that is deleted and made again under its name gets nothing of what waited for the first one', async () => {
  const clock = createSkippingClock();
  const { kubectl, receiver, runPods, start, lines } = await tenantWorld({ clock });
  const watcher = await start();
  await kubectl.create(billing({ ...TO_SERVICE, suspend: true }));
  await watcher.accepted('billing');
  const first = watcher.standing('billing')?.subscription;
  runPods('of-the-first', 'also-of-the-first');
  await until(
    'both are journalled',
    () => watcher.stored().filter((name) => name !== 'receiver').length === 2,
  );
  await kubectl.remove('HookSubscription', 'billing');
  await kubectl.create(billing());
  await until('it is another one', () => watcher.standing('billing')?.subscription !== first);
  await watcher.accepted('billing');
  runPods('of-the-second');
  await receiver.received(1);
  clock.skip(DRAINED_MS);
  await until('what waited is given up', () => givenUp(lines).length > 0);
  clock.skip(60_000);
  runPods('last');
  await receiver.received(2);
  expect(podsOf(receiver)).toEqual(['of-the-second', 'last']);
  expect(givenUp(lines)).toMatchObject([
    { subscription: first, why: 'subscription deleted', deadLetters: 2 },
  ]);
});

test('what waits for an object that is deleted while the watcher is down is given up at the next start, once', async () => {
  const clock = createSkippingClock();
  const { kubectl, receiver, runPods, start, lines } = await tenantWorld({ clock });
  receiver.answer(503);
  const watcher = await start();
  await kubectl.create(billing());
  await watcher.accepted('billing');
  runPods('web');
  await receiver.received(1);
  await watcher.stop();
  await kubectl.remove('HookSubscription', 'billing');
  await start();
  clock.skip(DRAINED_MS);
  await until('what waited is given up', () => givenUp(lines).length > 0);
  expect(givenUp(lines)).toMatchObject([{ why: 'subscription deleted', deadLetters: 1 }]);
  clock.skip(600_000);
  expect(givenUp(lines)).toHaveLength(1);
});

test('a delivery that is under way when its object is deleted ends, and is none of what is given up', async () => {
  const clock = createSkippingClock();
  const { kubectl, receiver, runPods, start, lines } = await tenantWorld({ clock });
  let answer = () => {};
  receiver.answer((response) => {
    answer = () => void response.writeHead(202).end();
  }, hang);
  const watcher = await start();
  await kubectl.create(billing({ ...TO_SERVICE, delivery: { concurrency: 1 } }));
  await watcher.accepted('billing');
  runPods('under-way', 'waits');
  await receiver.received(1);
  await until(
    'both are journalled',
    () => watcher.stored().filter((name) => name !== 'receiver').length === 2,
  );
  await kubectl.remove('HookSubscription', 'billing');
  await until('it is gone', () => watcher.subscriptions.all().length === 0);
  answer();
  await until('its delivery has ended', () => lines.some(({ msg }) => msg === 'delivered'));
  clock.skip(DRAINED_MS);
  await until('what waited is given up', () => givenUp(lines).length > 0);
  expect(givenUp(lines)).toMatchObject([{ deadLetters: 1 }]);
  expect(podsOf(receiver)).toHaveLength(1);
});

test('a moment in which the API server does not know the kind gives nothing up', async () => {
  const clock = createSkippingClock();
  const { kubectl, local, receiver, runPods, start, lines } = await tenantWorld({ clock });
  const watcher = await start();
  await kubectl.create(billing({ ...TO_SERVICE, suspend: true }));
  await watcher.accepted('billing');
  runPods('web');
  await until('it is journalled', () => watcher.stored().includes('web'));
  const about = { resource: 'hooksubscriptions', group: 'offhook.dev' };
  local.api.setFaults([
    { verb: 'list', ...about, answer: 503 },
    { verb: 'watch', ...about, answer: 503 },
  ]);
  local.api.dropWatches();
  clock.skip(DRAINED_MS);
  clock.skip(60_000);
  expect(watcher.standing('billing')?.ready.reason).toBe('Accepted');
  local.api.setFaults([]);
  clock.skip(60_000);
  await kubectl.patch('HookSubscription', 'billing', { spec: { suspend: false } });
  await until('it is followed again', () => watcher.subscriptions.all()[0]?.held === undefined);
  await receiver.received(1);
  expect(givenUp(lines)).toEqual([]);
});

test('without the definitions the file is followed all the same, with one word about it; installed later, objects are', async () => {
  const clock = createSkippingClock();
  const { kubectl, receiver, runPods, start, lines } = await tenantWorld({ clock, crds: false });
  const watcher = await start();
  for (let minute = 0; minute < 3; minute += 1) {
    await sleep(200);
    clock.skip(60_000);
  }
  await sleep(200);
  const about = () =>
    lines.filter((line) => line.level !== 'debug' && /hooksubscriptions/.test(JSON.stringify(line)));
  expect(about()).toHaveLength(1);
  await kubectl.installDefinitions();
  await kubectl.create(billing());
  clock.skip(60_000);
  await watcher.accepted('billing');
  runPods('web');
  await receiver.received(1);
  expect(podsOf(receiver)).toEqual(['web']);
});
