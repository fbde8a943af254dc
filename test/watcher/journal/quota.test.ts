import { expect, onTestFinished, test } from 'vitest';
import { startJournalUpkeep } from '../../../watcher/journal/journal-upkeep.ts';
import type { Journal } from '../../../watcher/journal/open-journal.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { batchOf, newEvent, openTestJournal, thrownBy } from './journal-events.ts';

const MIB = 1024 ** 2;
const HOUR_MS = 3600 * 1000;
const encode = () => Buffer.alloc(10_000, 'x');
let made = 0;

function commit(
  journal: Journal,
  count: number,
  subscriptions: readonly string[] = ['bridge'],
): readonly number[] {
  const events = Array.from({ length: count }, () => newEvent(`evt_${++made}`, { encode, subscriptions }));
  return journal.commit(batchOf(...events)).map(({ sequence }) => sequence);
}

function settle(journal: Journal, sequences: readonly number[], kind: 'delivered' | 'dead'): void {
  journal.recordOutcomes(
    sequences.map((sequence) => ({
      ...{ subscription: 'bridge', sequence, attempt: 1, atMs: 0, durationMs: 1, status: 202 },
      ...{ outcome: kind, next: { kind } },
    })),
  );
}

function fill(journal: Journal): unknown {
  return thrownBy(() => {
    for (let round = 0; round < 100; round++) commit(journal, 10);
  });
}

function pending(journal: Journal): number {
  return journal.queues().find(({ subscription }) => subscription === 'bridge')?.pending ?? 0;
}

test('at the quota new events are refused as a whole, and everything else can still be stored', () => {
  const journal = openTestJournal({ maxBytes: MIB });
  expect(fill(journal)).toMatchObject({
    name: 'JournalWriteError',
    code: 'quota',
    fatal: false,
    message: expect.stringMatching(/has reached its quota \(journal\.maxBytes, 1048576 bytes\)/),
  });
  const stored = pending(journal);
  expect(stored).toBeGreaterThan(80);
  expect(journal.quota()).toMatchObject({ full: true, maxBytes: MIB });
  expect(journal.quota().bytes.used).toBeLessThanOrEqual(MIB);
  expect(fill(journal)).toMatchObject({ code: 'quota' });
  expect(pending(journal)).toBe(stored);

  journal.commit({
    pods: [{ key: 'pod-1', json: '{}' }],
    events: [],
    resumePoints: [{ stream: 'pods', resourceVersion: '7' }],
  });
  expect(journal.resumePoint('pods')?.resourceVersion).toBe('7');
  settle(journal, [1], 'delivered');
  expect(pending(journal)).toBe(stored - 1);
});

test('what was read at once is refused as a whole when it does not fit, and the quota holds', () => {
  const journal = openTestJournal({ maxBytes: MIB });
  const waiting = commit(journal, 80);
  const { used } = journal.quota().bytes;
  expect(used).toBeLessThan(MIB * 0.95);
  expect(journal.quota().full).toBe(false);
  expect(thrownBy(() => commit(journal, 18))).toMatchObject({ code: 'quota', fatal: false });
  expect(journal.quota()).toMatchObject({ full: true, bytes: { used } });
  expect([pending(journal), journal.writable(), journal.lastError()]).toEqual([80, true, null]);

  settle(journal, waiting.slice(0, 20), 'delivered');
  expect(journal.makeRoom().events).toBeGreaterThan(0);
  expect(journal.quota().full).toBe(false);
  commit(journal, 18);
  expect(journal.quota().bytes.used).toBeLessThanOrEqual(MIB);
  expect([pending(journal), journal.quota().full]).toEqual([78, false]);
});

test('for what does not fit, what was delivered goes at once, although the quota is not reached', () => {
  const journal = openTestJournal({ maxBytes: MIB });
  const delivered = commit(journal, 30);
  settle(journal, delivered, 'delivered');
  commit(journal, 50);
  commit(journal, 18);
  expect(journal.quota().bytes.used).toBeLessThanOrEqual(MIB);
  expect([pending(journal), journal.quota().full]).toEqual([68, false]);
  expect(journal.load(delivered).size).toBeGreaterThan(0);
  expect(journal.load(delivered).size).toBeLessThan(30);
});

test('what is larger than all room that can be made is stored nevertheless, once there is as much as can be', () => {
  const journal = openTestJournal({ maxBytes: MIB });
  const waiting = commit(journal, 75);
  expect(thrownBy(() => commit(journal, 60))).toMatchObject({ code: 'quota' });
  settle(journal, waiting.slice(0, 20), 'delivered');
  journal.makeRoom();
  commit(journal, 60);
  expect(pending(journal)).toBe(115);
  expect(journal.quota().full).toBe(true);
});

test('deliveries make room: what every subscription has goes first, and then new events are taken again', () => {
  const journal = openTestJournal({ maxBytes: MIB });
  fill(journal);
  const oldest = Array.from({ length: 40 }, (_, index) => index + 1);
  settle(journal, oldest, 'delivered');
  const [next = 0] = commit(journal, 1);
  expect(next).toBeGreaterThan(80);
  expect(journal.load([1]).get(1)).toBeUndefined();
  expect(journal.load([41]).get(41)).toBeDefined();
  expect(journal.quota().full).toBe(false);
});

test('dead letters and what is pending for anybody are never removed for room', () => {
  const journal = openTestJournal({ maxBytes: MIB });
  const dead = commit(journal, 30);
  settle(journal, dead, 'dead');
  const half = commit(journal, 30, ['bridge', 'audit']);
  settle(journal, half, 'delivered');
  expect(fill(journal)).toMatchObject({ code: 'quota' });
  for (let round = 0; round < 10; round++) journal.makeRoom();
  for (const sequence of [...dead, ...half]) expect(journal.load([sequence]).get(sequence)).toBeDefined();
  expect(journal.deadLetters('bridge', { after: 0, limit: 100 })).toHaveLength(30);
});

test('below nine tenths nothing is removed before its retention; from there, the oldest down to eight tenths', () => {
  const journal = openTestJournal({ maxBytes: 2 * MIB });
  settle(journal, commit(journal, 100), 'delivered');
  expect(journal.makeRoom()).toEqual({ events: 0, more: false });
  settle(journal, commit(journal, 80), 'delivered');
  expect(journal.quota().bytes.used).toBeGreaterThan(1.8 * MIB);
  const { events, more } = journal.makeRoom();
  expect(more).toBe(false);
  expect(events).toBeLessThan(60);
  expect(journal.quota().bytes.used).toBeLessThanOrEqual(1.6 * MIB);
  expect(journal.quota().bytes.used).toBeGreaterThan(1.5 * MIB);
  expect([journal.load([events]).get(events), journal.load([events + 1]).get(events + 1)?.sequence]).toEqual([
    undefined,
    events + 1,
  ]);
});

test('the upkeep removes by retention round after round, makes room, and says once that the quota is reached', async () => {
  const clock = createFakeClock();
  const journal = openTestJournal({ clock, maxBytes: MIB, retentionMs: HOUR_MS });
  const said: string[] = [];
  const removed: [string, number][] = [];
  const say = (_: object, text: string) => void said.push(text);
  const stop = startJournalUpkeep({
    journal,
    clock,
    log: { info: say, warn: say, error: say },
    onRemoved: (...told) => removed.push(told),
  });
  onTestFinished(stop);
  fill(journal);
  await clock.advance(5_000);
  expect(said).toEqual([expect.stringMatching(/has reached its quota/)]);

  const half = Array.from({ length: 50 }, (_, index) => index + 1);
  settle(journal, half, 'delivered');
  await clock.advance(5_000);
  expect(removed).toEqual([['quota', expect.any(Number)]]);
  expect(said).toEqual([expect.anything(), 'the journal has room again']);

  settle(journal, commit(journal, 5), 'delivered');
  await clock.advance(2 * HOUR_MS);
  expect(removed.at(-1)).toEqual(['retention', expect.any(Number)]);
  stop();
  expect(clock.pending()).toEqual([]);
});

test('a retention round of many steps is done within seconds, not minutes', async () => {
  const clock = createFakeClock();
  const journal = openTestJournal({ clock, retentionMs: HOUR_MS });
  const events = Array.from({ length: 1700 }, () => newEvent(`evt_${++made}`, { subscriptions: [] }));
  journal.commit(batchOf(...events));
  await clock.advance(2 * HOUR_MS);
  let removed = 0;
  const quiet = () => {};
  const onRemoved = (_: string, count: number) => {
    removed += count;
  };
  const log = { info: quiet, warn: quiet, error: quiet };
  onTestFinished(startJournalUpkeep({ journal, clock, log, onRemoved }));
  await clock.advance(60_000);
  expect(removed).toBe(500);
  await clock.advance(500);
  expect(removed).toBe(1700);
});

test('events stored under a clock that was years ahead do not keep later ones from being removed', async () => {
  const directory = temporaryDirectory();
  const first = openTestJournal({ directory, clock: createFakeClock(Date.UTC(2046, 0, 1)) });
  commit(first, 500, []);
  first.close();
  const clock = createFakeClock();
  const journal = openTestJournal({ directory, clock, retentionMs: HOUR_MS });
  commit(journal, 3, []);
  await clock.advance(2 * HOUR_MS);
  expect(journal.removeExpired(clock.nowMs())).toMatchObject({ events: 0, more: true });
  expect(journal.removeExpired(clock.nowMs())).toMatchObject({ events: 3, more: false });
});
