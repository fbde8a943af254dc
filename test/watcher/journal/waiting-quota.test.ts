import { expect, test } from 'vitest';
import type { Journal } from '../../../watcher/journal/open-journal.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { batchOf, newEvent, openTestJournal, thrownBy } from './journal-events.ts';

const AUDIT = 'shop/audit@5e884898';
const BILLING = 'shop/billing@1f2e3d4c';
const OTHER = 'shopping/audit@aaaaaaaa';
const CLUSTER = '*/all@bbbbbbbb';
const ALL = [AUDIT, BILLING, OTHER, CLUSTER, 'bridge'];

let made = 0;

function commit(journal: Journal, count: number, subscriptions: readonly string[], bytes = 100) {
  const encode = () => Buffer.alloc(bytes, 'x');
  const events = Array.from({ length: count }, () => newEvent(`evt_${++made}`, { encode, subscriptions }));
  return journal.commit(batchOf(...events));
}

function settle(journal: Journal, subscription: string, sequences: readonly number[]): void {
  journal.recordOutcomes(
    sequences.map((sequence) => ({
      ...{ subscription, sequence, attempt: 1, atMs: 0, durationMs: 1, status: 202 },
      ...{ outcome: 'delivered', next: { kind: 'delivered' } },
    })),
  );
}

const depths = (journal: Journal) =>
  Object.fromEntries(
    journal.queues().map(({ subscription, pending, dead }) => [subscription, [pending, dead]]),
  );

function open(tenantLimits = { waiting: 10, waitingBytes: 1e9 }, directory = temporaryDirectory()) {
  const told: [fields: Readonly<Record<string, unknown>>, message: string][] = [];
  const log = { warn: (...line: (typeof told)[number]) => void told.push(line) };
  return { told, directory, journal: openTestJournal({ tenantLimits, log, directory }) };
}

test('beyond its quota what comes for a tenant is a dead letter that says so, and nobody else’s is', () => {
  const { journal, told } = open();
  const stored = commit(journal, 8, ALL);
  expect(depths(journal)).toEqual({
    [AUDIT]: [5, 3],
    [BILLING]: [5, 3],
    [OTHER]: [8, 0],
    [CLUSTER]: [8, 0],
    bridge: [8, 0],
  });
  expect(journal.deadLetters(AUDIT, { after: 0, limit: 1 })).toMatchObject([
    { attempts: 0, why: 'namespace quota: 10 deliveries wait' },
  ]);
  expect(stored.map(({ overQuota }) => overQuota)).toEqual([
    ...Array.from({ length: 5 }, () => undefined),
    ...Array.from({ length: 3 }, () => [AUDIT, BILLING]),
  ]);
  expect(told).toEqual([
    [
      { namespace: 'shop', why: 'namespace quota: 10 deliveries wait' },
      'a namespace has reached its quota: what comes is kept as dead letters',
    ],
  ]);
});

test('what was delivered makes room, and that is told once, with what became dead meanwhile', () => {
  const { journal, told } = open();
  const stored = commit(journal, 12, [AUDIT]).map(({ sequence }) => sequence);
  for (const sequence of stored.slice(0, 3)) {
    settle(journal, AUDIT, [sequence]);
    commit(journal, 1, [AUDIT]);
  }
  expect(depths(journal)[AUDIT]).toEqual([10, 2]);
  settle(journal, AUDIT, stored.slice(3, 6));
  commit(journal, 2, [AUDIT]);
  expect(depths(journal)[AUDIT]).toEqual([9, 2]);
  expect(told.map(([fields]) => fields)).toMatchObject([
    { namespace: 'shop', why: expect.any(String) },
    { namespace: 'shop', deadLetters: 2 },
  ]);
});

test('bytes are bounded, too, and a retry or a dead letter of an attempt counts as what it is', () => {
  const { journal } = open({ waiting: 1_000, waitingBytes: 1_000 });
  const [first, second] = commit(journal, 12, [AUDIT]).map(({ sequence }) => sequence);
  expect(depths(journal)[AUDIT]).toEqual([10, 2]);
  expect(journal.deadLetters(AUDIT, { after: 0, limit: 1 })[0]?.why).toBe('namespace quota: 1000 bytes wait');
  const outcome = {
    subscription: AUDIT,
    attempt: 1,
    atMs: 0,
    durationMs: 1,
    status: 500,
    outcome: 'http 500',
  };
  journal.recordOutcomes([
    { ...outcome, sequence: first ?? 0, next: { kind: 'retry', delayMs: 5 } },
    { ...outcome, sequence: second ?? 0, next: { kind: 'dead' } },
  ]);
  commit(journal, 2, [AUDIT]);
  expect(depths(journal)[AUDIT]).toEqual([10, 4]);
});

test('after a restart what waits counts, also what another quota let wait', () => {
  const directory = temporaryDirectory();
  const before = openTestJournal({ directory });
  commit(before, 7, [AUDIT]);
  before.close();
  const { journal } = open({ waiting: 10, waitingBytes: 1e9 }, directory);
  commit(journal, 7, [BILLING, OTHER]);
  expect(depths(journal)).toEqual({ [AUDIT]: [7, 0], [BILLING]: [3, 4], [OTHER]: [7, 0] });
});

test('a subscription that is ended makes room for the others of its tenant', () => {
  const { journal } = open();
  const stored = commit(journal, 10, [AUDIT]).map(({ sequence }) => sequence);
  journal.disable(AUDIT, 'http 410');
  // Their answers come late: they make no room a second time.
  settle(journal, AUDIT, stored);
  commit(journal, 12, [BILLING]);
  expect(depths(journal)[BILLING]).toEqual([10, 2]);
});

test('what could not be stored does not count', () => {
  const { journal, told } = open();
  const encode = () => {
    throw new Error('broken');
  };
  const fine = Array.from({ length: 12 }, () => newEvent(`evt_${++made}`, { subscriptions: [AUDIT] }));
  const broken = newEvent('evt_broken', { encode, subscriptions: [AUDIT] });
  expect(thrownBy(() => journal.commit(batchOf(...fine, broken)))).toBeInstanceOf(Error);
  expect(told).toEqual([]);
  commit(journal, 10, [AUDIT]);
  expect(depths(journal)[AUDIT]).toEqual([10, 0]);
});

test('a journal that fills with what a tenant has beyond its quota forgets that, and stays open for the others', () => {
  const told: string[] = [];
  const journal = openTestJournal({
    maxBytes: 1024 ** 2,
    tenantLimits: { waiting: 5, waitingBytes: 1e9 },
    log: { warn: (_, message) => void told.push(message) },
    clock: createFakeClock(),
  });
  for (let round = 0; round < 40; round++) {
    commit(journal, 10, [AUDIT], 10_000);
    while (journal.makeRoom().more);
  }
  commit(journal, 5, ['bridge'], 10_000);
  expect(journal.waiting(AUDIT)).toBe(5);
  expect(journal.waiting('bridge')).toBe(5);
  expect(depths(journal)[AUDIT]?.[1]).toBeLessThan(100);
  expect(told).toContain('removing dead letters of namespaces beyond their quota, to make room');
});
