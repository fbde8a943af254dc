import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ClaimKey, ClaimStore } from '../../../functions/consumer/claim-store.ts';
import { createSqliteClaims } from '../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { endedRun, failedRun } from '../support/ended-run.ts';
import { eventually } from '../support/eventually.ts';
import { CLAIM_STORES, type OpenedClaims, openDurableObject } from '../support/open-claims.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';

const NOW = Date.UTC(2026, 0, 1);
const LEASE = 45_000;

describe.each(CLAIM_STORES)('claims in $implementation', ({ open }) => {
  let opened: OpenedClaims;
  beforeAll(async () => {
    opened = await open(() => NOW);
  });
  afterAll(() => opened.close());
  const event = (eventId: string) => ({
    source: 'urn:offhook:cluster:c0ffee',
    eventId,
    partitionKey: 'uid-1/app',
  });
  const key = (eventId: string, handler = 'cleanup') => ({ ...event(eventId), handler });

  it('remembers how an event was told at first', async () => {
    const { store } = opened;
    expect(await store.told(event('evt_told'))).toBeNull();
    await store.add(event('evt_told'), NOW, 'status:first');
    await store.add(event('evt_told'), NOW + 1, 'status:second');
    expect(await store.repeats(event('evt_told'), NOW + 2)).toBe(true);
    expect(await store.told(event('evt_told'))).toBe('status:first');
    await store.add(event('evt_untold'), NOW);
    expect(await store.told(event('evt_untold'))).toBeNull();
  });

  it('gives a free claim to one of many who ask at once', async () => {
    const asked = [1, 2, 3, 4, 5].map(() => opened.store.claim(key('evt_race'), LEASE, NOW));
    const kinds = (await Promise.all(asked)).map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['busy', 'busy', 'busy', 'busy', 'claimed']);
  });

  it('keeps a claim until its lease ends, then gives it out as the next attempt', async () => {
    await opened.store.claim(key('evt_lease'), LEASE, NOW);
    const before = await opened.store.claim(key('evt_lease'), LEASE, NOW + LEASE - 1);
    expect(before).toEqual({ kind: 'busy', untilMs: NOW + LEASE });
    const after = await opened.store.claim(key('evt_lease'), LEASE, NOW + LEASE);
    expect(after).toMatchObject({ kind: 'claimed', attempt: 2, tries: 2 });
  });

  it('never gives out what is completed', async () => {
    await opened.store.claim(key('evt_done'), LEASE, NOW);
    await opened.store.complete(key('evt_done'), endedRun(key('evt_done')), NOW + 1);
    expect(await opened.store.claim(key('evt_done'), LEASE, NOW + 10 * LEASE)).toMatchObject({
      kind: 'completed',
    });
  });

  it('keeps what a run returned until it is recorded', async () => {
    const result = { '\u0000': 'é"\u2028', z: 1.5e-7, a: JSON.parse(`${'['.repeat(63)}${']'.repeat(63)}`) };
    await opened.store.claim(key('evt_result'), LEASE, NOW);
    const run = endedRun(key('evt_result'), { result });
    await opened.store.complete(key('evt_result'), run, NOW + 1);
    expect(await opened.store.claim(key('evt_result'), LEASE, NOW)).toEqual({
      kind: 'completed',
      runs: [run],
    });
    await opened.store.recorded(key('evt_result'), [1]);
    expect(await opened.store.claim(key('evt_result'), LEASE, NOW)).toEqual({ kind: 'completed' });
  });

  it('gives out a failed claim when its next attempt is due', async () => {
    await opened.store.claim(key('evt_failed'), LEASE, NOW);
    await opened.store.fail(key('evt_failed'), failedRun(key('evt_failed'), 1), NOW + 2_000);
    const early = await opened.store.claim(key('evt_failed'), LEASE, NOW + 1_999);
    expect(early).toEqual({ kind: 'busy', untilMs: NOW + 2_000 });
    const due = await opened.store.claim(key('evt_failed'), LEASE, NOW + 2_000);
    expect(due).toMatchObject({ kind: 'claimed', attempt: 2, tries: 2 });
  });

  it('does not give out what was given up', async () => {
    await opened.store.claim(key('evt_up'), LEASE, NOW);
    await opened.store.fail(key('evt_up'), failedRun(key('evt_up'), 1), null);
    expect(await opened.store.claim(key('evt_up'), LEASE, NOW + LEASE)).toMatchObject({ kind: 'givenUp' });
  });

  it('ignores the failure of a run that has lost its claim', async () => {
    await opened.store.claim(key('evt_stale'), LEASE, NOW);
    await opened.store.claim(key('evt_stale'), LEASE, NOW + LEASE);
    await opened.store.fail(key('evt_stale'), failedRun(key('evt_stale'), 1), null);
    const claim = await opened.store.claim(key('evt_stale'), LEASE, NOW + LEASE + 1);
    expect(claim).toEqual({ kind: 'busy', untilMs: NOW + 2 * LEASE });
  });

  it('takes the success of a run that has lost its claim', async () => {
    await opened.store.claim(key('evt_late'), LEASE, NOW);
    await opened.store.claim(key('evt_late'), LEASE, NOW + LEASE);
    await opened.store.complete(key('evt_late'), endedRun(key('evt_late')), NOW + LEASE + 1);
    await opened.store.fail(key('evt_late'), failedRun(key('evt_late'), 2), null);
    expect(await opened.store.claim(key('evt_late'), LEASE, NOW + 9 * LEASE)).toMatchObject({
      kind: 'completed',
    });
  });

  it('keeps handlers and events apart', async () => {
    await opened.store.claim(key('evt_apart', 'one'), LEASE, NOW);
    expect(await opened.store.claim(key('evt_apart', 'two'), LEASE, NOW)).toMatchObject({ kind: 'claimed' });
    expect(await opened.store.claim(key('evt_other', 'one'), LEASE, NOW)).toMatchObject({ kind: 'claimed' });
  });

  it('keeps the events of one container apart from those of another', async () => {
    const here = {
      source: 'urn:offhook:cluster:c0ffee',
      eventId: 'evt_same',
      partitionKey: 'uid-1/app',
      handler: 'one',
    };
    await opened.store.claim(here, LEASE, NOW);
    const sidecar = { ...here, eventId: 'evt_sidecar', partitionKey: 'uid-1/sidecar' };
    expect(await opened.store.claim(sidecar, LEASE, NOW)).toMatchObject({ kind: 'claimed' });
  });

  it.each([
    {
      end: 'completed',
      settle: (store: ClaimStore, one: ClaimKey) => store.complete(one, endedRun(one), NOW + 1),
    },
    {
      end: 'given up',
      settle: (store: ClaimStore, one: ClaimKey) => store.fail(one, failedRun(one, 1), null),
    },
  ])('opens again what is $end, counting its tries from there', async ({ end, settle }) => {
    const one = key(`evt_again_${end.replace(' ', '_')}`);
    await opened.store.claim(one, LEASE, NOW);
    await settle(opened.store, one);
    expect(await opened.store.reopen(one, NOW + 2)).toBe(true);
    expect(await opened.store.claim(one, LEASE, NOW + 3)).toMatchObject({
      kind: 'claimed',
      attempt: 2,
      tries: 1,
    });
    await opened.store.fail(one, failedRun(one, 2), NOW + 4);
    expect(await opened.store.claim(one, LEASE, NOW + 4)).toMatchObject({
      kind: 'claimed',
      attempt: 3,
      tries: 2,
    });
  });

  it('does not open again what was never claimed, runs, or is due', async () => {
    expect(await opened.store.reopen(key('evt_unknown'), NOW)).toBe(false);
    await opened.store.claim(key('evt_runs'), LEASE, NOW);
    expect(await opened.store.reopen(key('evt_runs'), NOW)).toBe(false);
    await opened.store.fail(key('evt_runs'), failedRun(key('evt_runs'), 1), NOW + 5);
    expect(await opened.store.reopen(key('evt_runs'), NOW)).toBe(false);
    expect(await opened.store.claim(key('evt_runs'), LEASE, NOW)).toEqual({ kind: 'busy', untilMs: NOW + 5 });
  });

  it('keeps what a run ended with until it is recorded, in the same write as its end', async () => {
    const one = key('evt_runs_kept');
    const [failed, late, done] = [failedRun(one), failedRun(one), endedRun(one, { attempt: 2 })];
    expect(await opened.store.claim(one, LEASE, NOW)).toEqual({ kind: 'claimed', attempt: 1, tries: 1 });
    await opened.store.fail(one, failed, NOW + 1);
    const again = await opened.store.claim(one, LEASE, NOW + 1);
    expect(again).toEqual({ kind: 'claimed', attempt: 2, tries: 2, runs: [failed] });
    await opened.store.recorded(one, [1]);
    await opened.store.complete(one, done, NOW + 2);
    // Of a run that has lost its claim only the record is wanted.
    await opened.store.fail(one, late, NOW + 3);
    expect(await opened.store.claim(one, LEASE, NOW + 3)).toEqual({ kind: 'completed', runs: [done, late] });
    await opened.store.recorded(one, [1, 2]);
    expect(await opened.store.claim(one, LEASE, NOW + 4)).toEqual({ kind: 'completed' });
  });

  it('keeps the runs of a claim that is opened again', async () => {
    const one = key('evt_runs_reopened');
    await opened.store.claim(one, LEASE, NOW);
    await opened.store.fail(one, failedRun(one), null);
    expect(await opened.store.claim(one, LEASE, NOW)).toEqual({ kind: 'givenUp', runs: [failedRun(one)] });
    await opened.store.reopen(one, NOW + 2);
    const again = await opened.store.claim(one, LEASE, NOW + 3);
    expect(again).toEqual({ kind: 'claimed', attempt: 2, tries: 1, runs: [failedRun(one)] });
  });

  it('remembers which events were stored', async () => {
    expect(await opened.store.repeats(event('evt_stored'), NOW)).toBe(false);
    await opened.store.add(event('evt_stored'), NOW);
    await opened.store.add(event('evt_stored'), NOW + 1);
    expect(await opened.store.repeats(event('evt_stored'), NOW + 2)).toBe(true);
    expect(await opened.store.repeats(event('evt_not_stored'), NOW)).toBe(false);
  });

  it('counts the deliveries of an event, with the first and the last', async () => {
    expect(await opened.store.deliveries(event('evt_counted'))).toBeNull();
    await opened.store.add(event('evt_counted'), NOW);
    expect(await opened.store.deliveries(event('evt_counted'))).toEqual({
      count: 1,
      firstAtMs: NOW,
      lastAtMs: NOW,
    });
    await opened.store.repeats(event('evt_counted'), NOW + 5);
    await opened.store.repeats(event('evt_counted'), NOW + 9);
    expect(await opened.store.deliveries(event('evt_counted'))).toEqual({
      count: 3,
      firstAtMs: NOW,
      lastAtMs: NOW + 9,
    });
  });
});

it('takes up the claims of a file of an earlier version', async () => {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE claims (
    event_id TEXT NOT NULL, handler TEXT NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL,
    until_ms INTEGER NOT NULL, touched_at_ms INTEGER NOT NULL, PRIMARY KEY (event_id, handler)) WITHOUT ROWID;
    INSERT INTO claims VALUES ('evt_before', 'cleanup', 'failed', 1, 0, ${NOW})`);
  const store = createSqliteClaims(database);
  const key = {
    source: 'urn:offhook:cluster:c0ffee',
    eventId: 'evt_before',
    partitionKey: 'uid-1/app',
    handler: 'cleanup',
  };
  expect(await store.claim(key, LEASE, NOW)).toEqual({ kind: 'claimed', attempt: 2, tries: 2 });
  await store.complete(key, endedRun(key, { attempt: 2 }), NOW);
  expect(await store.claim(key, LEASE, NOW)).toMatchObject({ kind: 'completed', runs: [{ attempt: 2 }] });
  database.close();
});

describe('forgetting', () => {
  const event = (eventId: string) => ({
    source: 'urn:offhook:cluster:c0ffee',
    eventId,
    partitionKey: 'uid-1/app',
  });

  it('in SQLite drops what is older than sixteen days, and nothing younger', async () => {
    const database = new DatabaseSync(':memory:');
    const store = createSqliteClaims(database);
    await store.add(event('evt_old'), NOW);
    await store.repeats(event('evt_old'), NOW);
    await store.add(event('evt_young'), NOW + 1);
    await store.forgetExpired(NOW + 16 * 24 * 3_600_000 + 1);
    expect([await store.deliveries(event('evt_old')), await store.deliveries(event('evt_young'))]).toEqual([
      null,
      { count: 1, firstAtMs: NOW + 1, lastAtMs: NOW + 1 },
    ]);
    database.close();
  });

  it('in a Durable Object is done by its alarm, which keeps what is younger than the retention', async () => {
    const { store, close } = await openDurableObject({ retentionSeconds: '2' });
    await store.add(event('evt_old'), Date.now() - 1_500);
    await store.add(event('evt_young'), Date.now() + 3_600_000);
    await eventually(
      () => store.deliveries(event('evt_old')),
      (found) => found === null,
    );
    expect(await store.deliveries(event('evt_young'))).not.toBeNull();
    await close();
  });

  it('in a Durable Object with nothing left works as new afterwards', async () => {
    const { store, close } = await openDurableObject({ retentionSeconds: '1' });
    await store.add(event('evt_old'), Date.now());
    await eventually(
      () => store.deliveries(event('evt_old')),
      (found) => found === null,
    );
    await store.add(event('evt_old'), Date.now());
    expect(await store.deliveries(event('evt_old'))).not.toBeNull();
    await close();
  });

  it('in a Durable Object waits for a retention that can be read, and the log says so', async () => {
    const directory = await makeTemporaryDirectory();
    onTestFinished(directory.remove);
    const before = await openDurableObject({ retentionSeconds: '1', persistDir: directory.path });
    await before.store.add(event('evt_kept'), Date.now());
    await before.close();
    const lines: string[] = [];
    const { store, close } = await openDurableObject({
      retentionSeconds: '16d',
      persistDir: directory.path,
      onLog: (line) => void lines.push(line),
    });
    await eventually(
      async () => lines,
      (all) => all.length > 0,
    );
    expect(lines.join()).toMatch(/nothing is forgotten.+RETENTION_SECONDS must be a whole number/);
    expect(await store.deliveries(event('evt_kept'))).not.toBeNull();
    await close();
  });
});
