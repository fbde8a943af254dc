import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { batchOf, newEvent, openTestJournal, thrownBy } from './journal-events.ts';

const DAY_MS = 24 * 3600 * 1000;

test('stores Pods, events and resume points of a batch together and gives them back after a restart', () => {
  const directory = temporaryDirectory();
  const clock = createFakeClock();
  const first = openTestJournal({ directory, clock });
  first.commit({
    pods: [
      { key: 'a', json: '{"n":1}' },
      { key: 'b', json: '{"n":2}' },
    ],
    events: [newEvent('evt_1')],
    resumePoints: [
      { stream: 'pods', resourceVersion: '41' },
      { stream: 'events', resourceVersion: '7' },
    ],
  });
  first.close();

  const second = openTestJournal({ directory, clock });
  expect([...second.knownPods()]).toEqual([
    { key: 'a', json: '{"n":1}' },
    { key: 'b', json: '{"n":2}' },
  ]);
  expect(second.resumePoint('pods')).toEqual({ resourceVersion: '41', committedAtMs: clock.nowMs() });
  expect(second.resumePoint('events')?.resourceVersion).toBe('7');
  expect(second.load([1]).get(1)).toMatchObject({
    eventId: 'evt_1',
    partitionKey: 'pod-1/evt_1',
    expiresAtMs: null,
  });
});

test('a new journal has no resume point, no Pods and no cluster', () => {
  const journal = openTestJournal();
  expect(journal.resumePoint('pods')).toBeNull();
  expect([...journal.knownPods()]).toEqual([]);
  expect(journal.clusterUid()).toBeNull();
});

test('a Pod is replaced by its key and forgotten on null', () => {
  const journal = openTestJournal();
  const save = (json: string | null) =>
    journal.commit({ pods: [{ key: 'a', json }], events: [], resumePoints: [] });
  save('1');
  save('2');
  expect([...journal.knownPods()]).toEqual([{ key: 'a', json: '2' }]);
  save(null);
  expect([...journal.knownPods()]).toEqual([]);
});

test('an event known already is skipped and uses up no sequence number, also within one batch', () => {
  const journal = openTestJournal();
  journal.commit(batchOf(newEvent('evt_1')));
  const stored = journal.commit(
    batchOf(newEvent('evt_1'), newEvent('evt_2'), newEvent('evt_2'), newEvent('evt_3')),
  );
  expect(stored.map(({ event, sequence }) => [event.id, sequence])).toEqual([
    ['evt_2', 2],
    ['evt_3', 3],
  ]);
  expect(journal.commit(batchOf(newEvent('evt_4'))).map(({ sequence }) => sequence)).toEqual([4]);
});

test('the stored bytes are those encoded once with the sequence number', () => {
  const journal = openTestJournal();
  let calls = 0;
  const encode = (sequence: number) => Buffer.from(`${sequence}:${++calls}`);
  const [stored] = journal.commit(batchOf(newEvent('evt_1', { encode })));
  expect(Buffer.from(stored?.body ?? []).toString()).toBe('1:1');
  expect(Buffer.from(journal.load([1]).get(1)?.body ?? []).toString()).toBe('1:1');
});

test('when encoding fails, nothing of the batch is kept and the next one leaves no hole', () => {
  const journal = openTestJournal();
  const broken = newEvent('evt_2', {
    encode: () => {
      throw new RangeError('too large');
    },
  });
  const batch = {
    pods: [{ key: 'a', json: '1' }],
    events: [newEvent('evt_1'), broken],
    resumePoints: [{ stream: 'pods' as const, resourceVersion: '9' }],
  };
  expect(() => journal.commit(batch)).toThrow(new RangeError('too large'));
  expect([...journal.knownPods()]).toEqual([]);
  expect(journal.resumePoint('pods')).toBeNull();
  expect(journal.commit(batchOf(newEvent('evt_3'))).map(({ sequence }) => sequence)).toEqual([1]);
});

test('sequence numbers go on after old events were removed and after a restart', async () => {
  const directory = temporaryDirectory();
  const clock = createFakeClock();
  const first = openTestJournal({ directory, clock, retentionMs: DAY_MS });
  first.commit(batchOf(newEvent('evt_1', { subscriptions: [] }), newEvent('evt_2', { subscriptions: [] })));
  await clock.advance(2 * DAY_MS);
  expect(first.removeExpired(clock.nowMs())).toEqual({ events: 2, deadLetters: 0, more: false });
  expect(first.load([2]).get(2)).toBeUndefined();
  first.close();

  const second = openTestJournal({ directory, clock });
  expect(second.commit(batchOf(newEvent('evt_3'))).map(({ sequence }) => sequence)).toEqual([3]);
});

test('only subscriptions that want an event get a delivery of it', () => {
  const journal = openTestJournal();
  journal.commit(
    batchOf(
      newEvent('evt_1', { subscriptions: ['a', 'b', 'a'] }),
      newEvent('evt_2', { subscriptions: ['b'] }),
      newEvent('evt_3', { subscriptions: [] }),
    ),
  );
  const due = (name: string) =>
    journal.due(name, { limit: 9, ordering: 'none' }).map(({ sequence }) => sequence);
  expect([due('a'), due('b'), due('c')]).toEqual([[1], [1, 2], []]);
});

test('while another program is writing, a commit fails as a whole and can be tried again', () => {
  const directory = temporaryDirectory();
  const journal = openTestJournal({ directory });
  const other = new DatabaseSync(join(directory, 'journal.db'));
  onTestFinished(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  expect(thrownBy(() => journal.commit(batchOf(newEvent('evt_1'))))).toMatchObject({
    code: 'busy',
    fatal: false,
  });
  expect(journal.lastError()?.code).toBe('busy');
  other.exec('ROLLBACK');
  expect(journal.writable()).toBe(true);
  expect(journal.commit(batchOf(newEvent('evt_1'))).map(({ sequence }) => sequence)).toEqual([1]);
});
