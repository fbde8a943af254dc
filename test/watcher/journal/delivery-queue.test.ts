import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { DeliveryNext, DeliveryRecord } from '../../../watcher/delivery/delivery-store.ts';
import type { Journal } from '../../../watcher/journal/open-journal.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { enableBeside } from './enable-beside.ts';
import { batchOf, newEvent, openTestJournal } from './journal-events.ts';

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const delivered: DeliveryNext = { kind: 'delivered' };
const dead: DeliveryNext = { kind: 'dead' };
const retryIn = (delayMs: number): DeliveryNext => ({ kind: 'retry', delayMs });

function record(sequence: number, next: DeliveryNext, fields: Partial<DeliveryRecord> = {}): DeliveryRecord {
  const status = next.kind === 'delivered' ? 202 : 500;
  const outcome = next.kind === 'delivered' ? 'delivered' : 'http 500';
  return {
    subscription: 'bridge',
    sequence,
    attempt: 1,
    atMs: 0,
    durationMs: 5,
    status,
    outcome,
    next,
    ...fields,
  };
}

function due(journal: Journal, ordering: 'none' | 'container' = 'none', subscription = 'bridge'): number[] {
  return journal.due(subscription, { limit: 100, ordering }).map(({ sequence }) => sequence);
}

test('a delivery is due at once, after a retry only when its time has come, and never again once delivered', async () => {
  const clock = createFakeClock();
  const journal = openTestJournal({ clock });
  journal.commit(batchOf(newEvent('evt_1'), newEvent('evt_2')));
  expect(due(journal)).toEqual([1, 2]);

  journal.recordOutcomes([record(1, retryIn(5000)), record(2, delivered)]);
  expect(due(journal)).toEqual([]);
  expect(journal.nextDueInMs('bridge')).toBe(5000);
  await clock.advance(4999);
  expect(due(journal)).toEqual([]);
  await clock.advance(1);
  expect(journal.due('bridge', { limit: 1, ordering: 'none' })).toMatchObject([{ sequence: 1, attempts: 1 }]);
  expect(journal.nextDueInMs('bridge')).toBeNull();
});

test('waits follow the monotonic clock when the wall clock is set back or forward', async () => {
  let stepMs = 0;
  const clock = createFakeClock();
  const journal = openTestJournal({ clock: { ...clock, nowMs: () => clock.nowMs() + stepMs } });
  journal.commit(batchOf(newEvent('evt_1')));
  journal.recordOutcomes([record(1, retryIn(60_000))]);
  stepMs = DAY_MS;
  expect(due(journal)).toEqual([]);
  stepMs = -DAY_MS;
  await clock.advance(60_000);
  expect(due(journal)).toEqual([1]);
});

test('a wait outlives a restart, and time spent down counts', async () => {
  const directory = temporaryDirectory();
  const clock = createFakeClock();
  const first = openTestJournal({ directory, clock });
  first.commit(batchOf(newEvent('evt_1')));
  first.recordOutcomes([record(1, retryIn(HOUR_MS))]);
  first.close();
  await clock.advance(HOUR_MS / 2);
  const second = openTestJournal({ directory, clock });
  expect(second.nextDueInMs('bridge')).toBe(HOUR_MS / 2);
});

test('a wait put into a far future by a wrong wall clock ends at the next start', () => {
  const directory = temporaryDirectory();
  const wrong = createFakeClock(Date.UTC(2040, 0, 1));
  const first = openTestJournal({ directory, clock: wrong });
  first.commit(batchOf(newEvent('evt_1')));
  first.recordOutcomes([record(1, retryIn(1000))]);
  first.close();
  expect(due(openTestJournal({ directory, clock: createFakeClock() }))).toEqual([1]);
});

test('ordered by container, later events of a partition come when the earlier one is delivered or dead', async () => {
  const clock = createFakeClock();
  const journal = openTestJournal({ clock });
  const of = (id: string, partitionKey: string) => newEvent(id, { partitionKey });
  journal.commit(batchOf(of('evt_1', 'a'), of('evt_2', 'a'), of('evt_3', 'b'), of('evt_4', 'a')));
  expect(due(journal, 'container')).toEqual([1, 3]);
  journal.recordOutcomes([record(1, retryIn(1000))]);
  expect(due(journal, 'container')).toEqual([3]);
  await clock.advance(1000);
  expect(due(journal, 'container')).toEqual([3, 1]);
  journal.recordOutcomes([record(1, delivered)]);
  expect(due(journal, 'container')).toEqual([3, 2]);
  journal.recordOutcomes([record(2, dead), record(3, delivered)]);
  expect(due(journal, 'container')).toEqual([4]);
});

test('what was held for its order is due after a restart without ordering', () => {
  const directory = temporaryDirectory();
  const first = openTestJournal({ directory });
  const of = (id: string) => newEvent(id, { partitionKey: 'a' });
  first.commit(batchOf(of('evt_1'), of('evt_2')));
  expect(due(first, 'container')).toEqual([1]);
  expect(due(first, 'none')).toEqual([1]);
  first.close();
  expect(due(openTestJournal({ directory }), 'none').toSorted()).toEqual([1, 2]);
});

test('a dead letter keeps why, and is no longer due', () => {
  const journal = openTestJournal();
  journal.commit(batchOf(newEvent('evt_1')));
  journal.recordOutcomes([record(1, dead, { attempt: 15, outcome: 'http 500, given up after 15 attempts' })]);
  expect(due(journal)).toEqual([]);
  expect(journal.deadLetters('bridge', { after: 0, limit: 9 })).toMatchObject([
    { sequence: 1, eventId: 'evt_1', attempts: 15, why: 'http 500, given up after 15 attempts' },
  ]);
});

test('the latest attempts of a delivery are remembered, and no more than 64', () => {
  const directory = temporaryDirectory();
  const journal = openTestJournal({ directory });
  journal.commit(batchOf(newEvent('evt_1')));
  for (let attempt = 1; attempt <= 80; attempt++)
    journal.recordOutcomes([record(1, retryIn(0), { attempt })]);
  const reader = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  onTestFinished(() => reader.close());
  const kept = reader
    .prepare('SELECT count(*) AS n, min(attempt) AS first, max(attempt) AS last FROM attempt')
    .get();
  expect(kept).toMatchObject({ n: 64, first: 17, last: 80 });
});

test('disabling moves the queue to the dead letters, outlives a restart, and queues nothing new until enabled', () => {
  const directory = temporaryDirectory();
  const first = openTestJournal({ directory });
  const shared = (id: string) => newEvent(id, { subscriptions: ['bridge', 'audit'] });
  first.commit(batchOf(shared('evt_1'), shared('evt_2'), shared('evt_3')));
  first.recordOutcomes([record(1, delivered)]);
  expect(first.disable('bridge', 'http 410')).toBe(2);
  first.close();

  const second = openTestJournal({ directory });
  expect(second.standing('bridge')).toEqual({ disabled: 'http 410', pausedForMs: 0, outage: null });
  second.commit(batchOf(shared('evt_4')));
  expect([due(second), due(second, 'none', 'audit')]).toEqual([[], [1, 2, 3, 4]]);
  expect(second.deadLetters('bridge', { after: 2, limit: 9 }).map(({ why }) => why)).toEqual([
    'subscription disabled: http 410',
  ]);
  enableBeside(directory, 'bridge');
  expect(second.takeForeignChanges()).toEqual({ enabled: ['bridge'], hurried: [] });
  second.commit(batchOf(shared('evt_5')));
  expect(due(second)).toEqual([5]);
});

test('an answer 2xx that arrives after the subscription was disabled still counts; a failure does not', () => {
  const journal = openTestJournal();
  journal.commit(batchOf(newEvent('evt_1'), newEvent('evt_2')));
  journal.disable('bridge', 'http 410');
  journal.recordOutcomes([record(1, delivered), record(2, retryIn(0))]);
  expect(journal.queues()).toEqual([{ subscription: 'bridge', pending: 0, dead: 1, oldestPendingMs: null }]);
});

test('a pause outlives a restart', async () => {
  const directory = temporaryDirectory();
  const clock = createFakeClock();
  const first = openTestJournal({ directory, clock });
  first.commit(batchOf(newEvent('evt_1')));
  first.recordOutcomes([record(1, retryIn(HOUR_MS), { pauseMs: HOUR_MS })]);
  first.close();
  await clock.advance(1000);
  const second = openTestJournal({ directory, clock });
  expect(second.standing('bridge')).toEqual({ disabled: null, pausedForMs: HOUR_MS - 1000, outage: null });
});

test('reports depth and age of each queue', async () => {
  const clock = createFakeClock();
  const journal = openTestJournal({ clock });
  journal.commit(batchOf(newEvent('evt_1'), newEvent('evt_2')));
  await clock.advance(500);
  journal.commit(batchOf(newEvent('evt_3', { subscriptions: ['audit'] })));
  await clock.advance(500);
  journal.recordOutcomes([record(1, dead)]);
  expect(journal.queues()).toEqual([
    { subscription: 'audit', pending: 1, dead: 0, oldestPendingMs: 500 },
    { subscription: 'bridge', pending: 1, dead: 1, oldestPendingMs: 1000 },
  ]);
});

test('old events go once delivered; pending ones stay, and dead ones go with a warning after their own retention', async () => {
  const clock = createFakeClock();
  const warnings: unknown[] = [];
  const log = { warn: (fields: Readonly<Record<string, unknown>>) => warnings.push(fields.deadLetters) };
  const journal = openTestJournal({ clock, retentionMs: DAY_MS, log });
  journal.commit(batchOf(newEvent('evt_1'), newEvent('evt_2'), newEvent('evt_3')));
  journal.recordOutcomes([record(1, delivered)]);
  await clock.advance(DAY_MS + 1000);
  journal.recordOutcomes([record(2, dead)]);
  expect(journal.removeExpired(clock.nowMs())).toEqual({ events: 1, deadLetters: 0, more: false });
  expect(warnings).toEqual([]);
  await clock.advance(DAY_MS + 1000);
  expect(journal.removeExpired(clock.nowMs())).toEqual({ events: 1, deadLetters: 1, more: false });
  expect(warnings).toEqual([1]);
  expect(due(journal)).toEqual([3]);
});

test('removing old events goes in steps', async () => {
  const clock = createFakeClock();
  const journal = openTestJournal({ clock, retentionMs: DAY_MS });
  const many = Array.from({ length: 1200 }, (_, index) => newEvent(`evt_${index}`, { subscriptions: [] }));
  journal.commit(batchOf(...many));
  await clock.advance(2 * DAY_MS);
  const steps = [1, 2, 3].map(() => journal.removeExpired(clock.nowMs()));
  expect(steps.map(({ events, more }) => [events, more])).toEqual([
    [500, true],
    [500, true],
    [200, false],
  ]);
});
