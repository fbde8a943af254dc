import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJsonLog } from '../../../functions/ambient/log.ts';
import { createAudit } from '../../../functions/audit/audit-handler.ts';
import type { ClaimStore } from '../../../functions/consumer/claim-store.ts';
import { createConsumer } from '../../../functions/consumer/consumer.ts';
import type { Handler } from '../../../functions/hooks/handler.ts';
import { createHooks } from '../../../functions/hooks/hooks.ts';
import type { RunLog } from '../../../functions/timeline/run-log.ts';
import type { PreStopEvent } from '../../../protocol/event/lifecycle-event.ts';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { auditOnSqlite } from '../support/audit-on-sqlite.ts';
import { CLAIM_STORES, type OpenedClaims } from '../support/open-claims.ts';
import { preStop } from '../support/sample-events.ts';

const DAY_MS = 24 * 3_600_000;

/** The process dies when the record is to be written: nothing comes back, ever. */
const DIES: RunLog = { recordRun: () => new Promise(() => {}) };
const DOWN: RunLog = { recordRun: () => Promise.reject(new Error('D1 is down')) };

describe.each(CLAIM_STORES)('with claims in $implementation, the record of a run', ({ open }) => {
  let opened: OpenedClaims;
  beforeAll(async () => {
    opened = await open(Date.now);
  });
  afterAll(() => opened.close());

  function setUp(key: string, work: Handler<PreStopEvent>) {
    const database = new DatabaseSync(':memory:');
    const clock = createFakeClock(Date.now());
    const { trail, rows } = auditOnSqlite(database, clock);
    const hooks = createHooks();
    hooks.on('preStop', {}, createAudit(trail, clock.nowMs), { name: 'audit' });
    let ran = 0;
    const count: Handler<PreStopEvent> = (event, ctx) => {
      ran += 1;
      return work(event, ctx);
    };
    hooks.on('preStop', {}, count, { name: 'work', attempts: 2, retryMs: 1_000 });
    const message = {
      body: serialiseEvent(preStop({ key: `${key}/${Math.random()}` })),
      receivedAtMs: clock.nowMs(),
    };
    const logged: string[] = [];
    let settled = 0;
    const claims: ClaimStore = {
      ...opened.store,
      complete: async (...given) => {
        await opened.store.complete(...given);
        settled += 1;
      },
      fail: async (...given) => {
        await opened.store.fail(...given);
        settled += 1;
      },
    };
    /** A process that consumes the message, with that run log or the real one. */
    const consumeWith = (runs: RunLog = trail) =>
      createConsumer({
        handlers: hooks,
        claims,
        runs,
        log: createJsonLog((_, line) => void logged.push(line)),
        clock,
        fetch,
      }).consume(message);
    const recorded = async () =>
      (await rows(1))[0]?.runs
        .map(({ handler, attempt, outcome }) => `${handler} ${attempt} ${outcome}`)
        .sort();
    /** A process that gets as far as so many settled claims; then the record would be next. */
    const dieAfter = async (claimsSettled: number) => {
      const before = settled;
      void consumeWith(DIES);
      await until('settled claims', () => settled === before + claimsSettled);
    };
    return { clock, consumeWith, dieAfter, recorded, logged, ran: () => ran };
  }

  it('is there after a process died between the end of the claim and the record', async () => {
    const { consumeWith, dieAfter, recorded, ran } = setUp('dies', () => {});
    await dieAfter(2);
    expect(await recorded()).toEqual([]);
    expect(await consumeWith()).toEqual({ kind: 'done' });
    expect(await recorded()).toEqual(['audit 1 completed', 'work 1 completed']);
    expect(ran()).toBe(1);
  });

  it('is there for every failed attempt, and for the last of them', async () => {
    const { clock, consumeWith, dieAfter, recorded, ran } = setUp('fails', () =>
      Promise.reject(new Error('no')),
    );
    await dieAfter(2);
    await clock.advance(1_000);
    await dieAfter(1);
    expect(await recorded()).toEqual([]);
    expect(await consumeWith()).toEqual({ kind: 'dead', reason: 'gave up: work' });
    expect(await recorded()).toEqual(['audit 1 completed', 'work 1 failed', 'work 2 givenUp']);
    expect(ran()).toBe(2);
  });

  it('is written when the run log is back: the event comes again, later and later, and runs nothing', async () => {
    const { clock, consumeWith, recorded, logged, ran } = setUp('down', () => {});
    expect(await consumeWith(DOWN)).toEqual({ kind: 'retry', afterMs: 10_000 });
    await clock.advance(10_000);
    expect(await consumeWith(DOWN)).toEqual({ kind: 'retry', afterMs: 10_000 });
    await clock.advance(20_000);
    expect(await consumeWith(DOWN)).toEqual({ kind: 'retry', afterMs: 30_000 });
    await clock.advance(DAY_MS);
    expect(await consumeWith(DOWN)).toEqual({ kind: 'retry', afterMs: 3_600_000 });
    expect(logged.join()).toContain(
      '"msg":"could not record a run; it is kept with its claim and tried again"',
    );
    expect(await consumeWith()).toEqual({ kind: 'done' });
    expect(await recorded()).toEqual(['audit 1 completed', 'work 1 completed']);
    expect(ran()).toBe(1);
  });

  it('does not hold up the next attempt', async () => {
    let calls = 0;
    const shaky = () => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
    };
    const { clock, consumeWith, recorded, ran } = setUp('shaky', shaky);
    expect(await consumeWith(DOWN)).toEqual({ kind: 'retry', afterMs: 1_000 });
    await clock.advance(1_000);
    expect(await consumeWith(DOWN)).toMatchObject({ kind: 'retry' });
    expect(ran()).toBe(2);
    expect(await consumeWith()).toEqual({ kind: 'done' });
    expect(await recorded()).toEqual(['audit 1 completed', 'work 1 failed', 'work 2 completed']);
  });
});
