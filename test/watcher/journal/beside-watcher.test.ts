import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { DeliveryNext } from '../../../watcher/delivery/delivery-store.ts';
import { SCHEMA_VERSION } from '../../../watcher/journal/database/journal-schema.ts';
import { createWriter } from '../../../watcher/journal/database/writer.ts';
import type { Journal } from '../../../watcher/journal/open-journal.ts';
import { enableSubscription } from '../../../watcher/journal/operations/enable-subscription.ts';
import { readStatus } from '../../../watcher/journal/operations/journal-status.ts';
import { type BesideJournal, openBeside } from '../../../watcher/journal/operations/open-beside.ts';
import { createEventRemoval } from '../../../watcher/journal/operations/remove-events.ts';
import { createReplay } from '../../../watcher/journal/operations/replay-deliveries.ts';
import { readEventHistory } from '../../../watcher/journal/records/event-history.ts';
import { listEvents } from '../../../watcher/journal/records/event-list.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { makeOldestSchema } from '../../support/oldest-schema.ts';
import { batchOf, newEvent, openTestJournal, thrownBy } from './journal-events.ts';

const DAY_MS = 24 * 3600 * 1000;
const LATEST = { before: Number.MAX_SAFE_INTEGER, limit: 100 };

type Pair = { readonly watcher: Journal; readonly beside: BesideJournal; readonly clock: FakeClock };

/** A journal as the watcher holds it, and the same one opened a second time, as the command line does. */
function openPair(access: 'read' | 'write' = 'write'): Pair {
  const directory = temporaryDirectory();
  const clock = createFakeClock();
  const watcher = openTestJournal({ directory, clock });
  const beside = openBeside(directory, access);
  onTestFinished(() => beside.close());
  return { watcher, beside, clock };
}

function writerOf({ beside, clock }: Pair) {
  return createWriter(beside.database, beside.file, clock);
}

function replayOf(pair: Pair) {
  return createReplay(pair.beside.database, writerOf(pair), pair.clock.nowMs);
}

function settle(journal: Journal, sequence: number, next: DeliveryNext['kind'], attempt = 1): void {
  const outcome = next === 'delivered' ? 'delivered' : 'http 500';
  const status = next === 'delivered' ? 202 : 500;
  const what: DeliveryNext = next === 'retry' ? { kind: 'retry', delayMs: 1000 } : { kind: next };
  const told = { subscription: 'bridge', sequence, attempt, atMs: attempt, durationMs: 5, status, outcome };
  journal.recordOutcomes([{ ...told, next: what }]);
}

function attemptsOf({ beside }: Pair) {
  const [delivery] = readEventHistory(beside.database, { sequence: 1 }, 0)?.deliveries ?? [];
  return (delivery?.history ?? []).map(({ attempt, atMs, outcome, status, durationMs }) => [
    ...[attempt, atMs, outcome, status, durationMs],
  ]);
}

function due(journal: Journal): number[] {
  return journal.due('bridge', { limit: 100, ordering: 'none' }).map(({ sequence }) => sequence);
}

test('a dead letter replayed beside the watcher is due in it at once, with its whole schedule before it', () => {
  const pair = openPair();
  const { watcher } = pair;
  watcher.commit(batchOf(newEvent('evt_1'), newEvent('evt_2')));
  settle(watcher, 1, 'retry', 1);
  settle(watcher, 1, 'dead', 2);
  settle(watcher, 2, 'delivered');
  const before = watcher.load([1]).get(1)?.body;
  const replay = replayOf(pair);
  expect(replay.deadLettersOf('bridge')).toEqual([1]);
  expect(replay.requeue([{ sequence: 1, subscription: 'bridge' }])).toBe(1);
  expect(watcher.due('bridge', { limit: 9, ordering: 'none' })).toMatchObject([{ sequence: 1, attempts: 0 }]);
  expect(watcher.load([1]).get(1)?.body).toEqual(before);
});

test('a replay keeps the attempts made before it, numbered below 1, and counts the new ones from 1', () => {
  const pair = openPair();
  const { watcher, beside } = pair;
  watcher.commit(batchOf(newEvent('evt_1')));
  settle(watcher, 1, 'retry', 1);
  settle(watcher, 1, 'dead', 2);
  replayOf(pair).requeue([{ sequence: 1, subscription: 'bridge' }]);
  settle(watcher, 1, 'delivered', 1);
  const history = readEventHistory(beside.database, { sequence: 1 }, 0)?.deliveries[0]?.history;
  expect(history?.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [-1, 'http 500'],
    [0, 'http 500'],
    [1, 'delivered'],
  ]);
});

test('a replay of what was taken keeps that attempt beside the new one', () => {
  const pair = openPair();
  const { watcher } = pair;
  watcher.commit(batchOf(newEvent('evt_1')));
  settle(watcher, 1, 'retry', 1);
  settle(watcher, 1, 'delivered', 2);
  expect(attemptsOf(pair)).toEqual([
    [1, 1, 'http 500', 500, 5],
    [2, 2, 'delivered', 202, 5],
  ]);
  replayOf(pair).requeue([{ sequence: 1, subscription: 'bridge' }]);
  expect(watcher.due('bridge', { limit: 9, ordering: 'none' })).toMatchObject([{ sequence: 1, attempts: 0 }]);
  settle(watcher, 1, 'retry', 1);
  settle(watcher, 1, 'delivered', 2);
  expect(attemptsOf(pair).map(([attempt, , outcome]) => [attempt, outcome])).toEqual([
    [-1, 'http 500'],
    [0, 'delivered'],
    [1, 'http 500'],
    [2, 'delivered'],
  ]);
});

test('an attempt that ends when its delivery is settled already is remembered', () => {
  const pair = openPair();
  pair.watcher.commit(batchOf(newEvent('evt_1')));
  settle(pair.watcher, 1, 'delivered', 0);
  expect(attemptsOf(pair)).toEqual([]);
  settle(pair.watcher, 1, 'delivered', 1);
  expect(attemptsOf(pair)).toEqual([[1, 1, 'delivered', 202, 5]]);
});

test('what an earlier version stored of a delivery that was taken is shown and replayed, before and after the upgrade', () => {
  const directory = temporaryDirectory();
  const first = openTestJournal({ directory });
  first.commit(batchOf(newEvent('evt_1'), newEvent('evt_2')));
  for (const sequence of [1, 2]) settle(first, sequence, 'delivered');
  first.close();
  const database = new DatabaseSync(join(directory, 'journal.db'));
  database.exec(`INSERT INTO attempt
    SELECT sequence, subscription, attempts, sent_at_ms, last_outcome, status, duration_ms FROM delivery`);
  makeOldestSchema(database);
  database.close();
  const beside = openBeside(directory, 'write');
  onTestFinished(() => beside.close());
  const clock = createFakeClock();
  const shown = (sequence: number) =>
    readEventHistory(beside.database, { sequence }, 0)?.deliveries[0]?.history.map(({ attempt, outcome }) => [
      attempt,
      outcome,
    ]);
  const replay = () =>
    createReplay(beside.database, createWriter(beside.database, beside.file, clock), clock.nowMs);
  expect([shown(1), shown(2)]).toEqual([[[1, 'delivered']], [[1, 'delivered']]]);
  expect(replay().requeue([{ sequence: 1, subscription: 'bridge' }])).toBe(1);
  const upgraded = openTestJournal({ directory, clock });
  expect(replay().requeue([{ sequence: 2, subscription: 'bridge' }])).toBe(1);
  for (const sequence of [1, 2]) settle(upgraded, sequence, 'delivered');
  const twice = [
    [0, 'delivered'],
    [1, 'delivered'],
  ];
  expect([shown(1), shown(2)]).toEqual([twice, twice]);
});

test('replaying again and again keeps a bounded history', () => {
  const pair = openPair();
  pair.watcher.commit(batchOf(newEvent('evt_1')));
  for (let round = 0; round < 100; round++) {
    settle(pair.watcher, 1, 'dead', 1);
    replayOf(pair).requeue([{ sequence: 1, subscription: 'bridge' }]);
  }
  const { n } = pair.beside.database.prepare('SELECT count(*) AS n FROM attempt').get() ?? {};
  expect(n).toBe(64);
});

test('what is pending is left alone by a replay, with its wait', () => {
  const pair = openPair();
  pair.watcher.commit(batchOf(newEvent('evt_1')));
  settle(pair.watcher, 1, 'retry');
  expect(replayOf(pair).requeue([{ sequence: 1, subscription: 'bridge' }])).toBe(0);
  expect(due(pair.watcher)).toEqual([]);
});

test('an earlier event replayed in an ordered subscription goes before the later ones of its container', () => {
  const pair = openPair();
  const { watcher } = pair;
  const of = (id: string) => newEvent(id, { partitionKey: 'a' });
  watcher.commit(batchOf(of('evt_1'), of('evt_2'), of('evt_3')));
  settle(watcher, 1, 'dead');
  replayOf(pair).requeue([{ sequence: 1, subscription: 'bridge' }]);
  const next = () =>
    watcher.due('bridge', { limit: 9, ordering: 'container' }).map(({ sequence }) => sequence);
  expect(next()).toEqual([1]);
  settle(watcher, 1, 'delivered');
  expect(next()).toEqual([2]);
});

test('the watcher notices what others change, once, and its own changes never', () => {
  const pair = openPair();
  const { watcher } = pair;
  watcher.commit(batchOf(newEvent('evt_1')));
  expect(watcher.takeForeignChanges()).toBeNull();
  watcher.disable('bridge', 'http 410');
  expect(watcher.takeForeignChanges()).toBeNull();
  expect(enableSubscription(pair.beside.database, writerOf(pair), 'bridge')).toBe('http 410');
  expect(watcher.takeForeignChanges()).toEqual({ enabled: ['bridge'], hurried: [] });
  expect(watcher.takeForeignChanges()).toBeNull();
  expect(watcher.isDisabled('bridge')).toBe(false);
  watcher.commit(batchOf(newEvent('evt_2')));
  expect(due(watcher)).toEqual([2]);
  expect(enableSubscription(pair.beside.database, writerOf(pair), 'bridge')).toBeNull();
});

test('removing by age takes what is settled, dead letters included, and nothing pending', async () => {
  const pair = openPair();
  const { watcher, beside, clock } = pair;
  watcher.commit(batchOf(newEvent('evt_1'), newEvent('evt_2'), newEvent('evt_3')));
  settle(watcher, 1, 'delivered');
  settle(watcher, 2, 'dead');
  await clock.advance(DAY_MS);
  watcher.commit(batchOf(newEvent('evt_4')));
  settle(watcher, 4, 'delivered');
  const removal = createEventRemoval(beside.database, writerOf(pair));
  const target = { kind: 'before', beforeMs: clock.nowMs() } as const;
  expect(removal.count(target)).toEqual({ events: 2, deadLetters: 1 });
  expect([...removal.remove(target)]).toEqual([{ events: 2, deadLetters: 1 }]);
  const left = listEvents(beside.database, {}, LATEST).events.map(({ sequence }) => sequence);
  expect(left).toEqual([4, 3]);
});

test('removing the dead letters of one subscription leaves those of others, and events that others have', () => {
  const pair = openPair();
  const { watcher, beside } = pair;
  watcher.commit(batchOf(newEvent('evt_1'), newEvent('evt_2', { subscriptions: ['bridge', 'audit'] })));
  watcher.disable('bridge', 'http 410');
  const removal = createEventRemoval(beside.database, writerOf(pair));
  const target = { kind: 'deadLetters', subscription: 'bridge', beforeMs: null } as const;
  expect([...removal.remove(target)]).toEqual([{ events: 0, deadLetters: 2 }]);
  expect(listEvents(beside.database, {}, LATEST).events).toMatchObject([
    { sequence: 2, deliveries: { pending: 1, delivered: 0, dead: 0 } },
  ]);
});

test('an event that is queued again between being looked at and being removed stays', () => {
  const pair = openPair();
  const { watcher, beside, clock } = pair;
  watcher.commit(batchOf(newEvent('evt_1')));
  settle(watcher, 1, 'dead');
  const writer = writerOf(pair);
  const late = {
    ...writer,
    transaction<T>(work: () => T): T {
      replayOf(pair).requeue([{ sequence: 1, subscription: 'bridge' }]);
      return writer.transaction(work);
    },
  };
  const target = { kind: 'before', beforeMs: clock.nowMs() + 1 } as const;
  expect([...createEventRemoval(beside.database, late).remove(target)]).toHaveLength(1);
  expect(due(watcher)).toEqual([1]);
});

test('lists the latest first, page by page, by every filter', async () => {
  const pair = openPair('read');
  const { watcher, beside, clock } = pair;
  const startMs = clock.nowMs();
  const at = (id: string, minute: number, fields = {}) =>
    newEvent(id, { timeMs: startMs + minute * 60_000, ...fields });
  watcher.commit(
    batchOf(
      at('evt_1', 0),
      at('evt_2', 1, { hook: 'preStop', namespace: 'pay' }),
      at('evt_3', 2, { subscriptions: ['bridge', 'audit'] }),
    ),
  );
  settle(watcher, 1, 'delivered');
  settle(watcher, 3, 'dead');
  const listed = (filter: Parameters<typeof listEvents>[1]) =>
    listEvents(beside.database, filter, LATEST).events.map(({ sequence }) => sequence);
  expect(listed({})).toEqual([3, 2, 1]);
  expect(listed({ sinceMs: startMs + 60_000 })).toEqual([3, 2]);
  expect(listed({ untilMs: startMs + 60_000 })).toEqual([1]);
  expect(listed({ hook: 'preStop' })).toEqual([2]);
  expect(listed({ namespace: 'shop' })).toEqual([3, 1]);
  expect(listed({ subscription: 'audit' })).toEqual([3]);
  expect(listed({ state: 'pending' })).toEqual([3, 2]);
  expect(listed({ state: 'pending', subscription: 'bridge' })).toEqual([2]);
  expect(listed({ state: 'dead', subscription: 'bridge', namespace: 'pay' })).toEqual([]);

  const first = listEvents(beside.database, {}, { ...LATEST, limit: 2 });
  expect([first.events.length, first.next]).toEqual([2, 2]);
  const second = listEvents(beside.database, {}, { before: first.next ?? 0, limit: 2 });
  expect([second.events.map(({ sequence }) => sequence), second.next]).toEqual([[1], null]);
});

test('shows an event by its id, with when its next attempt is due', () => {
  const pair = openPair('read');
  pair.watcher.commit(batchOf(newEvent('evt_1')));
  settle(pair.watcher, 1, 'retry');
  expect(readEventHistory(pair.beside.database, { id: 'evt_1' }, 0)).toMatchObject({
    sequence: 1,
    deliveries: [
      { subscription: 'bridge', state: 'pending', attempts: 1, nextAttemptMs: pair.clock.nowMs() + 1000 },
    ],
  });
  expect(readEventHistory(pair.beside.database, { id: 'evt_2' }, 0)).toBeNull();
});

test('reports on the whole journal, and who holds it while it is held', async () => {
  const { watcher, beside, clock } = openPair('read');
  watcher.bindCluster('uid-a');
  watcher.commit({
    pods: [{ key: 'pod-1', json: '{}' }],
    events: [newEvent('evt_1'), newEvent('evt_2', { subscriptions: ['gone'] })],
    resumePoints: [{ stream: 'pods', resourceVersion: '42' }],
  });
  watcher.disable('gone', 'http 410');
  await clock.advance(1000);
  const status = readStatus(beside, clock.nowMs());
  expect(status).toMatchObject({
    schema: SCHEMA_VERSION,
    clusterUid: 'uid-a',
    owner: { pid: process.pid },
    events: { stored: 2, lastSequence: 2 },
    deliveries: { pending: 1, delivered: 0, dead: 1 },
    knownPods: 1,
    resumePoints: [{ stream: 'pods', resourceVersion: '42' }],
    subscriptions: [
      { subscription: 'bridge', pending: 1, dead: 0, oldestPendingMs: 1000, disabled: null },
      { subscription: 'gone', pending: 0, dead: 1, oldestPendingMs: null, disabled: 'http 410' },
    ],
  });
  expect(status.bytes.used).toBeGreaterThan(0);
  watcher.close();
  expect(readStatus(beside, clock.nowMs()).owner).toBeNull();
});

test('a journal that no watcher holds can be read and written, and is not left locked', () => {
  const directory = temporaryDirectory();
  const first = openTestJournal({ directory });
  first.commit(batchOf(newEvent('evt_1')));
  settle(first, 1, 'dead');
  first.close();
  const reader = openBeside(directory, 'read');
  expect(listEvents(reader.database, {}, LATEST).events).toHaveLength(1);
  reader.close();
  const beside = openBeside(directory, 'write');
  const clock = createFakeClock();
  replayOf({ watcher: first, beside, clock }).requeue([{ sequence: 1, subscription: 'bridge' }]);
  beside.close();
  expect(due(openTestJournal({ directory }))).toEqual([1]);
});

test('a directory without a journal is named, and nothing is created in it', () => {
  const directory = temporaryDirectory();
  expect(thrownBy(() => openBeside(directory, 'write'))).toMatchObject({
    code: 'directory',
    message: expect.stringContaining(`there is no journal in ${directory}`),
  });
  expect(thrownBy(() => openBeside(directory, 'read'))).toMatchObject({ code: 'directory' });
});
