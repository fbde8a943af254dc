import { expect, test } from 'vitest';
import { createFakeClock } from '../support/fake-clock.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { hang, reset, startReceiver } from '../support/receiver.ts';
import { startDelivery, webhookTarget } from '../watcher/delivery/delivery-setup.ts';
import { batchOf, newEvent, openTestJournal } from '../watcher/journal/journal-events.ts';
import { eventually } from './support/eventually.ts';
import { startHandlingReceiver } from './support/handling-receiver.ts';
import { openJournalFile } from './support/journal-file.ts';
import { createWatchedCluster, ids, podManifest } from './support/watched-cluster.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

test('two hours of errors, silence and resets: the schedule is kept, others are served in order, then all is delivered', {
  timeout: 180_000,
}, async () => {
  const sick = await startReceiver();
  const well = await startReceiver();
  const targets = [webhookTarget(sick.url, { name: 'sick' }), webhookTarget(well.url, { name: 'well' })];
  const delivery = startDelivery({ targets });
  const { clock } = delivery;
  const start = clock.nowMs();
  const troubles = [500, hang, reset] as const;
  const begunAt: number[] = [];
  const neighbours: string[] = [];
  let reports = 0;
  sick.answer(troubles[0]);
  delivery.publish(newEvent('evt_long', { subscriptions: ['sick'] }));
  for (let attempt = 1; clock.nowMs() - start < 2 * HOUR; attempt++) {
    await sick.received(attempt);
    begunAt.push((clock.nowMs() - start) / SECOND);
    neighbours.push(`evt_${attempt}`);
    delivery.publish(newEvent(`evt_${attempt}`, { subscriptions: ['well'] }));
    await well.received(attempt);
    if (troubles[(attempt - 1) % 3] === hang) await clock.advance(15 * SECOND);
    reports += 2;
    await delivery.attempts(reports);
    sick.answer(troubles[attempt % 3] ?? 500);
    const last = delivery.reports.findLast(({ subscription }) => subscription === 'sick');
    const retryInMs = last?.retryInMs ?? 0;
    if (clock.nowMs() - start + retryInMs > 2 * HOUR) sick.answer(202);
    await clock.advance(retryInMs + 20);
  }
  await eventually('the delivery', () => delivery.reports.at(-1)?.outcome === 'delivered');

  // 0, 1 s, 5 s, 15 s, 30 s, 1 min, 2 min, then 5 min after the attempt before, which takes 15 s when nobody answers.
  const waits = begunAt.slice(1).map((at, index) => Math.round(at - (begunAt[index] ?? 0)));
  const [first, rest] = [waits.slice(0, 6), waits.slice(6)];
  expect(first).toEqual([1, 5 + 15, 15, 30, 60 + 15, 120]);
  expect(rest).toEqual(rest.map((_, index) => (index % 3 === 1 ? 300 + 15 : 300)));
  expect(rest.length).toBeGreaterThan(20);
  expect(ids(well.requests)).toEqual(neighbours);
  expect(new Set(ids(sick.requests))).toEqual(new Set(['evt_long']));
  const bodies = new Set(sick.requests.map(({ body }) => body.toString()));
  expect(bodies.size).toBe(1);
  expect(delivery.journal.deadLetters('sick', { after: 0, limit: 9 })).toEqual([]);
});

test('an answer 2xx that is cut off before it arrives: sent again with the same id, the handler runs once', {
  timeout: 180_000,
}, async () => {
  const functions = await startHandlingReceiver();
  const proxy = await startFaultProxy(functions.url);
  const { cluster, journal, startReady } = await createWatchedCluster({ receiverUrl: proxy.url });
  proxy.set({ kind: 'cutAnswer' });
  await startReady();
  cluster.applyManifest(podManifest('web'));
  const { rows } = openJournalFile(journal);
  const failed = "SELECT attempts FROM delivery WHERE last_outcome LIKE 'reset %'";
  await eventually('an attempt of both that failed', () => rows(failed).length === 2);
  // Taken before the answer, handled whenever its turn comes.
  await eventually('both handled', () => functions.handled.length === 2);
  proxy.set({ kind: 'pass' });
  const delivered = "SELECT attempts FROM delivery WHERE state = 'delivered'";
  await eventually('both delivered', () => rows(delivered).length === 2);
  expect(rows(delivered).every(({ attempts }) => Number(attempts) >= 2)).toBe(true);
  expect(new Set(functions.handled).size).toBe(2);
  expect(functions.handled).toHaveLength(2);
});

test('an answer that comes byte by byte ends with the deadline of the whole attempt, and its slot is free again', {
  timeout: 180_000,
}, async () => {
  const receiver = await startReceiver();
  const proxy = await startFaultProxy(receiver.url);
  const { cluster, startReady } = await createWatchedCluster({
    receiverUrl: proxy.url,
    subscription: ['timeout: 1s', 'concurrency: 1'],
  });
  // An answer of about 100 bytes takes 10 s; no pause in it is longer than 100 ms.
  proxy.set({ kind: 'trickle', bytes: 1, everyMs: 100 });
  const watcher = await startReady();
  cluster.applyManifest(podManifest('web'));
  await eventually('both events in the one slot', () => new Set(ids(receiver.requests)).size === 2);
  const [, durationMs] = await watcher.says(/"durationMs":(\d+)[^\n]*"reason":"timeout 1000 ms"/);
  expect(Number(durationMs)).toBeGreaterThanOrEqual(999);
  expect(Number(durationMs)).toBeLessThan(9_000);
  proxy.set({ kind: 'pass' });
  await watcher.says(/"msg":"delivered"[\s\S]*"msg":"delivered"/);
});

test('a poison event is a dead letter after its attempts, and its neighbours are not held up', {
  timeout: 180_000,
}, async () => {
  const receiver = await startReceiver();
  receiver.answer((response, { headers }) =>
    response.writeHead(headers['webhook-id'] === 'evt_poison' ? 500 : 202).end(),
  );
  const target = webhookTarget(receiver.url, { concurrency: 1, schedule: [SECOND, SECOND] });
  const delivery = startDelivery({ targets: [target] });
  delivery.publish(newEvent('evt_1'), newEvent('evt_poison'), newEvent('evt_2'));
  await delivery.attempts(3);
  expect(ids(receiver.requests)).toEqual(['evt_1', 'evt_poison', 'evt_2']);
  for (const count of [4, 6]) {
    await delivery.clock.advance(SECOND);
    delivery.publish(newEvent(`evt_${count}`));
    await delivery.attempts(count + 1);
  }
  const attempts = ids(receiver.requests).filter((id) => id === 'evt_poison');
  expect(attempts).toHaveLength(3);
  expect(delivery.journal.queues()).toMatchObject([{ pending: 0, dead: 1 }]);
  expect(delivery.journal.deadLetters('bridge', { after: 0, limit: 9 })).toMatchObject([
    { eventId: 'evt_poison', attempts: 3, why: 'http 500, given up after 3 attempts' },
  ]);
});

test('a retry that becomes due between looking at what is due and asking for what is next is not forgotten', async () => {
  const clock = createFakeClock();
  const journal = openTestJournal({ clock });
  journal.commit(batchOf(newEvent('evt_1')));
  const look = () => journal.due('bridge', { limit: 9, ordering: 'none' }).length;
  expect([look(), journal.nextDueInMs('bridge')]).toEqual([1, null]);
  const made = { subscription: 'bridge', sequence: 1, attempt: 1, atMs: 0, durationMs: 1, status: 500 };
  journal.recordOutcomes([{ ...made, outcome: 'http 500', next: { kind: 'retry', delayMs: SECOND } }]);

  await clock.advance(SECOND - 1);
  expect(look()).toBe(0);
  await clock.advance(2);
  const nextMs = journal.nextDueInMs('bridge');
  expect(nextMs).toBeGreaterThan(0);
  expect(nextMs).toBeLessThan(100);
  expect([look(), journal.nextDueInMs('bridge')]).toEqual([1, null]);
});
