import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClaimStore } from '../../functions/consumer/claim-store.ts';
import { bundleWorker } from '../../functions/entry/bundle-worker.ts';
import type { Receipts } from '../../functions/ingress/receipts.ts';
import {
  type ClaimsNamespace,
  createDurableObjectClaims,
} from '../../functions/store/durable-object-claims.ts';
import { createSqliteClaims } from '../../functions/store/sqlite-claims.ts';
import { eventually } from './support/eventually.ts';

type Opened = { readonly store: ClaimStore & Receipts; close(): Promise<void> };
const NOW = Date.UTC(2026, 0, 1);
const LEASE = 45_000;
const CLAIMS_WORKER = fileURLToPath(new URL('./support/claims-worker.ts', import.meta.url));

async function openSqlite(): Promise<Opened> {
  const database = new DatabaseSync(':memory:');
  return { store: createSqliteClaims(database), close: async () => database.close() };
}

async function openDurableObject(retentionSeconds?: number): Promise<Opened> {
  const miniflare = new Miniflare({
    modules: true,
    script: await bundleWorker(CLAIMS_WORKER),
    compatibilityDate: '2026-07-30',
    cf: false,
    durableObjects: { CLAIMS: { className: 'Claims', useSQLite: true } },
    bindings: retentionSeconds === undefined ? {} : { RETENTION_SECONDS: String(retentionSeconds) },
  });
  const namespace = (await miniflare.getDurableObjectNamespace('CLAIMS')) as unknown as ClaimsNamespace;
  return { store: createDurableObjectClaims(namespace), close: () => miniflare.dispose() };
}

describe.each([
  { implementation: 'SQLite', open: openSqlite },
  { implementation: 'a Durable Object', open: () => openDurableObject() },
])('claims in $implementation', ({ open }) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());
  const key = (eventId: string, handler = 'cleanup') => ({ eventId, handler });

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
    expect(after).toEqual({ kind: 'claimed', attempt: 2 });
  });

  it('never gives out what is completed', async () => {
    await opened.store.claim(key('evt_done'), LEASE, NOW);
    await opened.store.complete(key('evt_done'), NOW + 1);
    expect(await opened.store.claim(key('evt_done'), LEASE, NOW + 10 * LEASE)).toEqual({ kind: 'completed' });
  });

  it('gives out a failed claim when its next attempt is due', async () => {
    await opened.store.claim(key('evt_failed'), LEASE, NOW);
    await opened.store.fail(key('evt_failed'), 1, NOW + 2_000);
    const early = await opened.store.claim(key('evt_failed'), LEASE, NOW + 1_999);
    expect(early).toEqual({ kind: 'busy', untilMs: NOW + 2_000 });
    const due = await opened.store.claim(key('evt_failed'), LEASE, NOW + 2_000);
    expect(due).toEqual({ kind: 'claimed', attempt: 2 });
  });

  it('does not give out what was given up', async () => {
    await opened.store.claim(key('evt_up'), LEASE, NOW);
    await opened.store.fail(key('evt_up'), 1, null);
    expect(await opened.store.claim(key('evt_up'), LEASE, NOW + LEASE)).toEqual({ kind: 'givenUp' });
  });

  it('ignores the failure of a run that has lost its claim', async () => {
    await opened.store.claim(key('evt_stale'), LEASE, NOW);
    await opened.store.claim(key('evt_stale'), LEASE, NOW + LEASE);
    await opened.store.fail(key('evt_stale'), 1, null);
    const claim = await opened.store.claim(key('evt_stale'), LEASE, NOW + LEASE + 1);
    expect(claim).toEqual({ kind: 'busy', untilMs: NOW + 2 * LEASE });
  });

  it('takes the success of a run that has lost its claim', async () => {
    await opened.store.claim(key('evt_late'), LEASE, NOW);
    await opened.store.claim(key('evt_late'), LEASE, NOW + LEASE);
    await opened.store.complete(key('evt_late'), NOW + LEASE + 1);
    await opened.store.fail(key('evt_late'), 2, null);
    expect(await opened.store.claim(key('evt_late'), LEASE, NOW + 9 * LEASE)).toEqual({ kind: 'completed' });
  });

  it('keeps handlers and events apart', async () => {
    await opened.store.claim(key('evt_apart', 'one'), LEASE, NOW);
    expect(await opened.store.claim(key('evt_apart', 'two'), LEASE, NOW)).toMatchObject({ kind: 'claimed' });
    expect(await opened.store.claim(key('evt_other', 'one'), LEASE, NOW)).toMatchObject({ kind: 'claimed' });
  });

  it('remembers which events were stored', async () => {
    expect(await opened.store.has('evt_stored')).toBe(false);
    await opened.store.add('evt_stored', NOW);
    await opened.store.add('evt_stored', NOW + 1);
    expect(await opened.store.has('evt_stored')).toBe(true);
    expect(await opened.store.has('evt_not_stored')).toBe(false);
  });
});

describe('forgetting', () => {
  it('in SQLite drops what is older than sixteen days, and nothing younger', async () => {
    const database = new DatabaseSync(':memory:');
    const store = createSqliteClaims(database);
    await store.add('evt_old', NOW);
    await store.add('evt_young', NOW + 1);
    store.prune(NOW + 16 * 24 * 3_600_000 + 1);
    expect([await store.has('evt_old'), await store.has('evt_young')]).toEqual([false, true]);
    database.close();
  });

  it('in a Durable Object is done by its alarm, after which it works as new', async () => {
    const { store, close } = await openDurableObject(1);
    await store.add('evt_old', NOW);
    expect(await store.has('evt_old')).toBe(true);
    await eventually(
      () => store.has('evt_old'),
      (remembered) => !remembered,
    );
    await store.add('evt_old', NOW);
    expect(await store.has('evt_old')).toBe(true);
    await close();
  });
});
