import { describe, expect, it, onTestFinished } from 'vitest';
import { registerHandlers } from '../../../../../functions/handlers/register.ts';
import { GiveUp } from '../../../../../functions/hooks/attempt-failure.ts';
import type { RegisterHandlers } from '../../../../../functions/hooks/register-handlers.ts';
import { testEvent } from '../../../../../functions/platforms/node/testing/test-event.ts';
import {
  createTestReceiver,
  type TestReceiverOptions,
} from '../../../../../functions/platforms/node/testing/test-receiver.ts';
import { SAMPLE_NAMES } from '../../../../../protocol/sample/sample-data.ts';
import { SAMPLE_TRACEPARENT } from '../../../support/sample-traceparent.ts';

async function start(register: RegisterHandlers, options?: TestReceiverOptions) {
  const receiver = await createTestReceiver(register, options);
  onTestFinished(() => receiver.close());
  return receiver;
}

const oomKilled = () =>
  testEvent('postStop', { exit: { code: 137, reason: 'OOMKilled' }, pod: { namespace: 'shop' } });

describe('the receiver for tests of handlers', () => {
  it('runs the handlers that want an event, with the variables and the fetch of the test', async () => {
    const asked: string[] = [];
    const receiver = await start(
      (hooks, { vars }) => {
        hooks.on(
          'postStop.oomKilled',
          { namespace: 'shop' },
          async (event, ctx) => {
            await ctx.fetch(`${vars.PAGER}/${event.data.pod.namespace}`);
          },
          { name: 'page' },
        );
        hooks.on('preStop', () => {}, { name: 'drain' });
      },
      {
        vars: { PAGER: 'https://pager.example' },
        fetch: async (input) => {
          asked.push(String(input));
          return new Response();
        },
      },
    );
    const delivered = await receiver.deliver(await oomKilled());
    expect(delivered).toMatchObject({ status: 202, error: null });
    expect(delivered.runs).toMatchObject([
      { handler: 'page', attempt: 1, outcome: 'completed', error: null },
    ]);
    expect(asked).toEqual(['https://pager.example/shop']);
    expect(receiver.handlers).toEqual(['page', 'drain']);
  });

  it('takes a sample of every kind, and the same one only once', async () => {
    const seen: string[] = [];
    const hooks = ['preStart', 'postStart', 'preStop', 'postStop', 'hookFailed', 'gap', 'disabled'] as const;
    const receiver = await start((registry) =>
      registry.on(hooks, ({ type }) => void seen.push(type), { name: 'all' }),
    );
    for (const name of SAMPLE_NAMES) {
      const event = await testEvent(name);
      expect(await receiver.deliver(event)).toMatchObject({ status: 202, runs: [{ outcome: 'completed' }] });
      expect(await receiver.deliver(event)).toMatchObject({ status: 200, runs: [] });
    }
    expect(seen).toHaveLength(SAMPLE_NAMES.length);
  });

  it('shows what handlers returned', async () => {
    const receiver = await start((hooks) => {
      hooks.on('postStop', async ({ data }) => ({ paged: data.pod.namespace }), { name: 'a' });
      hooks.on('postStop', () => {}, { name: 'b' });
      hooks.on('postStop', () => 'x'.repeat(5_000), { name: 'c' });
    });
    const { runs } = await receiver.deliver(await oomKilled());
    expect(
      runs.map(({ handler, result, resultOmitted }) => [handler, result, resultOmitted]).toSorted(),
    ).toEqual([
      ['a', { paged: 'shop' }, undefined],
      ['b', undefined, undefined],
      ['c', undefined, 'too large: 5002 bytes of JSON, at most 4096 are kept'],
    ]);
  });

  it('delivers an event with a trace context, and without one', async () => {
    const seen: (string | null)[] = [];
    const receiver = await start((hooks) =>
      hooks.on('postStop', (_, ctx) => void seen.push(ctx.traceparent), { name: 'a' }),
    );
    await receiver.deliver(await oomKilled(), { traceparent: SAMPLE_TRACEPARENT });
    await receiver.deliver(await oomKilled(), { traceparent: 'made up' });
    await receiver.deliver(await oomKilled());
    expect(seen).toEqual([SAMPLE_TRACEPARENT, null, null]);
  });

  it('keeps all errors of an event together, as they were thrown', async () => {
    const [first, second] = [new Error('one'), new TypeError('two')];
    const receiver = await start((hooks) => {
      hooks.on('postStop', () => Promise.reject(first), { name: 'a' });
      hooks.on(
        'postStop',
        () => {
          throw second;
        },
        { name: 'b' },
      );
      hooks.on('postStop', () => {}, { name: 'c' });
    });
    const { runs, error } = await receiver.deliver(await oomKilled());
    // Handlers run beside each other.
    expect(new Set(error?.errors)).toEqual(new Set([first, second]));
    expect(runs.map(({ handler, outcome }) => [handler, outcome])).toEqual(
      expect.arrayContaining([
        ['a', 'failed'],
        ['b', 'failed'],
        ['c', 'completed'],
      ]),
    );
    expect((await receiver.advance(0)).error).toBeNull();
  });

  it('tries again when the time has moved on, no sooner, and gives up at the end', async () => {
    const receiver = await start((hooks) => {
      hooks.on(
        'postStop',
        () => {
          throw new Error('down');
        },
        { name: 'a', attempts: 2, retryMs: 60_000 },
      );
    });
    await receiver.deliver(await oomKilled());
    expect((await receiver.advance(59_000)).runs).toEqual([]);
    expect((await receiver.advance(1_000)).runs).toMatchObject([{ attempt: 2, outcome: 'givenUp' }]);
    expect(receiver.deadLetters()).toMatchObject([{ reason: 'gave up: a' }]);
  });

  it('buries at once what a handler gives up', async () => {
    const receiver = await start((hooks) =>
      hooks.on(
        'postStop',
        () => {
          throw new GiveUp('no');
        },
        { name: 'a' },
      ),
    );
    const { runs } = await receiver.deliver(await oomKilled());
    expect(runs).toMatchObject([{ outcome: 'givenUp', error: 'GiveUp: no' }]);
  });

  it('reaches nobody unless it is told how', async () => {
    const receiver = await start((hooks) =>
      hooks.on('postStop', async (_, ctx) => void (await ctx.fetch('https://pager.example/')), { name: 'a' }),
    );
    const { runs } = await receiver.deliver(await oomKilled());
    expect(runs[0]?.error).toBe(
      'TypeError: nothing is reached in a test: give createTestReceiver a fetch that answers',
    );
  });

  it('runs the shipped handlers, with their audit trail', async () => {
    const receiver = await start(registerHandlers);
    const { runs, error } = await receiver.deliver(await oomKilled());
    expect([runs.length > 0, error]).toEqual([true, null]);
    expect((await receiver.fetch(new Request('http://receiver.test/healthz'))).status).toBe(200);
  });

  it('says what is wrong with an event before it is delivered', async () => {
    await expect(testEvent('postStop', { exit: { code: 1.5 } })).rejects.toThrow(/data\.exit\.code/);
    // @ts-expect-error a start has no exit
    await testEvent('postStart', { exit: { code: 1 } });
  });
});
