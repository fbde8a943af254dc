import { describe, expect, it } from 'vitest';
import { createConsumer } from '../../../functions/consumer/consumer.ts';
import { GiveUp, RetryLater } from '../../../functions/hooks/attempt-failure.ts';
import { createHooks } from '../../../functions/hooks/hooks.ts';
import { createContainerStates } from '../../../functions/ordering/container-states.ts';
import type { EventStanding } from '../../../functions/ordering/event-standing.ts';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { told } from '../support/container-events.ts';
import { runHandlers } from '../support/run-handlers.ts';

const event = told.preStop({});

describe('a handler that throws', () => {
  it('GiveUp is not tried again', async () => {
    const { handle, runs } = runHandlers((hooks) => {
      const hopeless = () => Promise.reject(new GiveUp('no such tenant'));
      hooks.on('preStop', {}, hopeless, { name: 'hopeless' });
    });
    expect(await handle(event)).toEqual({ kind: 'dead', reason: 'gave up: hopeless' });
    expect(runs).toMatchObject([{ attempt: 1, outcome: 'givenUp', error: 'GiveUp: no such tenant' }]);
  });

  it('RetryLater is tried again no sooner than it says, and no later than in a day', async () => {
    const waits = [90_000, 10, 172_800_000, Number.NaN];
    const { handle, moveOn } = runHandlers((hooks) => {
      const busy = () => Promise.reject(new RetryLater('busy', waits.shift() ?? 0));
      hooks.on('preStop', {}, busy, { name: 'busy', retryMs: 1_000 });
    });
    for (const afterMs of [90_000, 2_000, 86_400_000]) {
      expect(await handle(event)).toEqual({ kind: 'retry', afterMs });
      moveOn(afterMs);
    }
    expect(await handle(event)).toEqual({ kind: 'retry', afterMs: 8_000 });
  });

  it('errors of these names made by hand counts the same', async () => {
    const thrown: object[] = [
      { name: 'RetryLater', afterMs: 9_000 },
      { name: 'RetryLater' },
      { name: 'GiveUp' },
    ];
    const { handle, moveOn } = runHandlers((hooks) => {
      const byHand = () => Promise.reject(Object.assign(new Error('by hand'), thrown.shift()));
      hooks.on('preStop', {}, byHand, { name: 'by-hand', retryMs: 1_000 });
    });
    expect(await handle(event)).toEqual({ kind: 'retry', afterMs: 9_000 });
    moveOn(9_000);
    expect(await handle(event)).toEqual({ kind: 'retry', afterMs: 2_000 });
    moveOn(2_000);
    expect(await handle(event)).toEqual({ kind: 'dead', reason: 'gave up: by-hand' });
  });

  it('RetryLater uses up its attempts like any other', async () => {
    const { handle } = runHandlers((hooks) => {
      hooks.on('preStop', {}, () => Promise.reject(new RetryLater('busy', 5)), { name: 'busy', attempts: 1 });
    });
    expect(await handle(event)).toEqual({ kind: 'dead', reason: 'gave up: busy' });
  });
});

describe('a handler that asks for the latest state', () => {
  it('hears of events that no handler wanted', async () => {
    const standings: EventStanding[] = [];
    const { handle } = runHandlers((hooks) => {
      const ask = async (_: unknown, ctx: { latest(): Promise<EventStanding> }) =>
        standings.push(await ctx.latest());
      hooks.on('preStop', { namespace: 'shop' }, ask, { name: 'ask', ordered: true });
    });
    await handle(told.postStop({ at: 9 }, 3));
    await handle(told.preStop({ at: 8 }));
    expect(standings).toMatchObject([{ kind: 'stale', latest: { hook: 'postStop', exitCode: 3 } }]);
  });

  it('hears the same when it is tried again, unless something happened since', async () => {
    const kinds: string[] = [];
    const { handle, moveOn } = runHandlers((hooks) => {
      const ask = async (_: unknown, ctx: { latest(): Promise<EventStanding> }) => {
        kinds.push((await ctx.latest()).kind);
        throw new Error('again');
      };
      hooks.on('preStop', {}, ask, { name: 'ask', ordered: true, retryMs: 0 });
    });
    await handle(event);
    moveOn(1);
    await handle(event);
    await handle(told.postStop({ at: 9 }, 0));
    moveOn(1);
    await handle(event);
    expect(kinds).toEqual(['current', 'current', 'stale']);
  });

  it('fails, and says why, when it did not say so at registration', async () => {
    const { handle, outcomes } = runHandlers((hooks) => {
      const ask = (_: unknown, ctx: { latest(): Promise<EventStanding> }) => ctx.latest();
      hooks.on('preStop', {}, ask, { name: 'ask' });
      hooks.on('preStop', {}, () => {}, { name: 'other', ordered: true });
    });
    await handle(event);
    const error = 'TypeError: handler ask: ctx.latest() needs the option { ordered: true }';
    expect(outcomes('ask')).toEqual([['failed', error]]);
  });

  const unused = () => Promise.reject(new Error('not called'));
  const deps = () => {
    const hooks = createHooks();
    hooks.on('preStop', {}, () => {}, { name: 'ask', ordered: true });
    const claims = { claim: unused, complete: unused, fail: unused, recorded: unused, reopen: unused };
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    return {
      handlers: hooks,
      claims,
      log,
      runs: { recordRun: unused },
      clock: createFakeClock(0),
      fetch,
    };
  };

  it('is refused at the start by a receiver that keeps no states', () => {
    expect(() => createConsumer(deps())).toThrow(/registered with \{ ordered: true \}.* keeps no states/);
  });

  it('does not run while the states cannot be reached: the message comes back', async () => {
    const down = () => Promise.reject(new Error('store down'));
    const states = createContainerStates({ readState: down, writeState: down }, createFakeClock(0));
    const consumer = createConsumer({ ...deps(), states });
    const message = { body: serialiseEvent(event), receivedAtMs: 0 };
    await expect(consumer.consume(message)).rejects.toThrow('store down');
  });
});
