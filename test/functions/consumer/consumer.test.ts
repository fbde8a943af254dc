import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../../functions/audit/audit-handler.ts';
import type { ClaimStore } from '../../../functions/consumer/claim-store.ts';
import { createConsumer } from '../../../functions/consumer/consumer.ts';
import { createHooks } from '../../../functions/hooks/hooks.ts';
import { createSqliteClaims } from '../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import type { RunLog } from '../../../functions/timeline/run-log.ts';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { auditOnSqlite } from '../support/audit-on-sqlite.ts';
import { preStop, sampleId } from '../support/sample-events.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const LEASE_MARGIN_MS = 15_000;

let database: DatabaseSync;
beforeEach(() => {
  database = new DatabaseSync(':memory:');
});
afterEach(() => database.close());

function setUp(replace: { readonly claims?: ClaimStore; readonly runs?: RunLog } = {}) {
  const clock = createFakeClock();
  const { trail, rows } = auditOnSqlite(database, clock);
  const hooks = createHooks();
  hooks.on('preStop', {}, createAudit(trail, clock.nowMs), { name: 'audit' });
  const claims = replace.claims ?? createSqliteClaims(database);
  const consumer = createConsumer({
    handlers: hooks,
    claims,
    runs: replace.runs ?? trail,
    log: silent,
    clock,
    fetch,
  });
  const message = { body: serialiseEvent(preStop({ key: 'a' })), receivedAtMs: clock.nowMs() };
  const runs = async () => (await rows(1))[0]?.runs.filter((run) => run.handler !== 'audit');
  return { clock, hooks, claims, runs, consume: () => consumer.consume(message), consumer };
}

describe('a message', () => {
  it('is done when no handler wants its event', async () => {
    const { consumer } = setUp();
    const body = serialiseEvent(preStop({ key: 'b' }));
    expect(await consumer.consume({ body, receivedAtMs: 0 })).toEqual({ kind: 'done' });
  });

  it('comes back when its failed handler is due, each time later', async () => {
    const { clock, hooks, consume } = setUp();
    hooks.on('preStop', {}, () => Promise.reject(new Error('no')), {
      name: 'failing',
      attempts: 3,
      retryMs: 1_000,
    });
    expect(await consume()).toEqual({ kind: 'retry', afterMs: 1_000 });
    await clock.advance(400);
    expect(await consume()).toEqual({ kind: 'retry', afterMs: 600 });
    await clock.advance(600);
    expect(await consume()).toEqual({ kind: 'retry', afterMs: 2_000 });
    await clock.advance(2_000);
    expect(await consume()).toEqual({ kind: 'dead', reason: 'gave up: failing' });
  });

  it('waits for a handler that can still succeed before it counts as dead', async () => {
    const { clock, hooks, consume } = setUp();
    hooks.on('preStop', {}, () => Promise.reject(new Error('no')), { name: 'hopeless', attempts: 1 });
    let attempts = 0;
    const slowStarter = () => (++attempts === 1 ? Promise.reject(new Error('not yet')) : undefined);
    hooks.on('preStop', {}, slowStarter, { name: 'slow-starter', retryMs: 5_000 });
    expect(await consume()).toEqual({ kind: 'retry', afterMs: 5_000 });
    await clock.advance(5_000);
    expect(await consume()).toEqual({ kind: 'dead', reason: 'gave up: hopeless' });
    expect(attempts).toBe(2);
  });

  it('is dead when this version cannot read it', async () => {
    const { consumer } = setUp();
    const body = new TextEncoder().encode('{"specversion":"1.0","id":"a","source":"b","type":"unheard.of"}');
    const signed = { id: 'a', timestamp: '0', signature: 'v1,', verified: true };
    expect(await consumer.consume({ body, receivedAtMs: 0, signed })).toMatchObject({ kind: 'dead' });
  });

  it('is ignored when a newer watcher has put a type on the bus that this version does not know', async () => {
    const { consumer } = setUp();
    const body = new TextEncoder().encode('{"specversion":"1.0","id":"a","source":"b","type":"unheard.of"}');
    expect(await consumer.consume({ body, receivedAtMs: 0 })).toEqual({ kind: 'done' });
  });

  it('fails as a whole only after every handler has ended, when the claim store is down', async () => {
    const claims = createSqliteClaims(database);
    const broken: ClaimStore = {
      ...claims,
      claim: (key, ...rest) =>
        key.handler === 'unlucky' ? Promise.reject(new Error('store down')) : claims.claim(key, ...rest),
    };
    const { hooks, consume, runs } = setUp({ claims: broken });
    hooks.on('preStop', {}, () => {}, { name: 'unlucky' });
    hooks.on('preStop', {}, () => new Promise((resolve) => setImmediate(resolve)), { name: 'lucky' });
    await expect(consume()).rejects.toThrow('store down');
    expect(await runs()).toMatchObject([{ handler: 'lucky', outcome: 'completed' }]);
  });
});

describe('a run', () => {
  it('is over at its deadline, which the handler can see coming', async () => {
    const { clock, hooks, consume, runs } = setUp();
    const started = Promise.withResolvers<{ deadline: Date; signal: AbortSignal }>();
    const endless = (_: unknown, ctx: { deadline: Date; signal: AbortSignal }) => {
      started.resolve(ctx);
      return new Promise<void>(() => {});
    };
    hooks.on('preStop', {}, endless, { timeoutMs: 5_000, retryMs: 1_000 });
    const consumed = consume();
    const { deadline, signal } = await started.promise;
    expect(deadline.getTime()).toBe(clock.nowMs() + 5_000);
    expect(signal.aborted).toBe(false);
    await clock.advance(5_000);
    expect(await consumed).toEqual({ kind: 'retry', afterMs: 1_000 });
    expect(signal.aborted).toBe(true);
    expect(await runs()).toMatchObject([{ outcome: 'failed', error: 'did not finish within 5000 ms' }]);
  });

  it('sees its attempt number, and when its event came in', async () => {
    const { clock, hooks, consume } = setUp();
    const seen: unknown[] = [];
    const receivedAt = new Date(clock.nowMs());
    hooks.on(
      'preStop',
      {},
      (_, ctx) => {
        seen.push([ctx.attempt, ctx.receivedAt]);
        throw new Error('again');
      },
      { name: 'watching', retryMs: 0 },
    );
    await consume();
    await clock.advance(10);
    await consume();
    expect(seen).toEqual([
      [1, receivedAt],
      [2, receivedAt],
    ]);
  });

  it('is recorded with what went wrong, in one line', async () => {
    const { hooks, consume, runs } = setUp();
    const failing = () => {
      throw new TypeError('line one\nline two', { cause: new Error('refused') });
    };
    hooks.on('preStop', {}, failing, { attempts: 1 });
    await consume();
    expect(await runs()).toMatchObject([
      {
        eventId: sampleId('a'),
        attempt: 1,
        outcome: 'givenUp',
        error: 'TypeError: line one line two (refused)',
      },
    ]);
  });

  it('that dies again and again without an answer is given up like any other', async () => {
    const { clock, hooks, claims, consume, runs } = setUp();
    let ran = 0;
    hooks.on('preStop', {}, () => ++ran, { name: 'deadly', attempts: 2 });
    const key = {
      source: 'urn:offhook:cluster:c0ffee',
      eventId: sampleId('a'),
      partitionKey: 'uid-web-1/app',
      handler: 'deadly',
    };
    // Two processes claimed it and were killed.
    await claims.claim(key, 1_000, clock.nowMs());
    await clock.advance(1_000);
    await claims.claim(key, 1_000, clock.nowMs());
    await clock.advance(1_000);
    expect(await consume()).toEqual({ kind: 'dead', reason: 'gave up: deadly' });
    expect(ran).toBe(0);
    expect(await runs()).toMatchObject([{ attempt: 3, outcome: 'givenUp' }]);
  });

  it('is not repeated because its record could not be written', async () => {
    const { hooks, consume } = setUp({ runs: { recordRun: () => Promise.reject(new Error('disk full')) } });
    let ran = 0;
    hooks.on('preStop', {}, () => ++ran, { name: 'once' });
    expect(await consume()).toEqual({ kind: 'retry', afterMs: 10_000 });
    expect(await consume()).toEqual({ kind: 'retry', afterMs: 10_000 });
    expect(ran).toBe(1);
  });

  it('blocks a second delivery of its message until its lease is over', async () => {
    const { clock, hooks, consume } = setUp();
    hooks.on('preStop', {}, () => new Promise(() => {}), { name: 'endless', timeoutMs: 5_000 });
    const first = consume();
    await Promise.resolve();
    expect(await consume()).toEqual({ kind: 'retry', afterMs: 5_000 + LEASE_MARGIN_MS });
    await clock.advance(5_000);
    await first;
  });
});
