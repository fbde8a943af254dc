import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { StatusError } from '../../../functions/hooks/attempt-failure.ts';
import type { HandlerContext } from '../../../functions/hooks/handler.ts';
import { respond, startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { told } from '../support/container-events.ts';
import { runHandlers } from '../support/run-handlers.ts';

const START_MS = Date.UTC(2026, 10, 22, 14, 24, 2);
const event = told.preStop({});

/** A handler that does only this. */
function handler(run: (ctx: HandlerContext) => unknown) {
  return runHandlers(
    (hooks) =>
      hooks.on('preStop', {}, async (_, ctx) => void (await run(ctx)), { name: 'call', retryMs: 1_000 }),
    {
      startMs: START_MS,
    },
  );
}

describe('ctx.fetch', () => {
  it.each([400, 404, 410, 429, 500, 503])(
    'fails the run of a handler that does not look at %i',
    async (status) => {
      const chat = await startReceiver();
      chat.answer(status);
      const { handle, outcomes } = handler((ctx) =>
        ctx.fetch(`${chat.url}/hooks/T0/secret?key=secret`, { method: 'POST' }),
      );
      expect(await handle(event)).toEqual({ kind: 'retry', afterMs: 1_000 });
      expect(outcomes('call')).toEqual([
        ['failed', `StatusError: ${new URL(chat.url).host} answered ${status}`],
      ]);
    },
  );

  it.each([200, 201, 204])('takes %i for done', async (status) => {
    const chat = await startReceiver();
    chat.answer(status);
    const { handle } = handler(async (ctx) => (await ctx.fetch(chat.url)).body?.cancel());
    expect(await handle(event)).toEqual({ kind: 'done' });
  });

  it('gives the answer to who wants it, whatever its status', async () => {
    const chat = await startReceiver();
    chat.answer((response: ServerResponse) => response.writeHead(404).end('not there'));
    const seen: unknown[] = [];
    const { handle } = handler(async (ctx) => {
      const response = await ctx.fetch(chat.url, { throwOnStatus: false });
      seen.push(response.status, await response.text());
    });
    expect(await handle(event)).toEqual({ kind: 'done' });
    expect(seen).toEqual([404, 'not there']);
  });

  it('says the status to a handler that catches it', async () => {
    const registry = await startReceiver();
    registry.answer(404);
    const { handle } = handler((ctx) =>
      ctx.fetch(registry.url).catch((error: unknown) => {
        if (!(error instanceof StatusError && error.status === 404)) throw error;
      }),
    );
    expect(await handle(event)).toEqual({ kind: 'done' });
  });

  it.each<[string, number, string, number]>([
    ['seconds', 429, '90', 90_000],
    ['seconds, of a status that seldom has them', 502, '7', 7_000],
    ['a date', 503, new Date(START_MS + 40_000).toUTCString(), 40_000],
    ['a date that is over', 503, new Date(START_MS - 40_000).toUTCString(), 1_000],
    ['more than a day', 429, '864000', 86_400_000],
    ['nothing readable', 429, 'soon', 1_000],
    ['no sooner than its own wait', 429, '0', 1_000],
  ])('has the next attempt wait as Retry-After asks: %s', async (_, status, retryAfter, afterMs) => {
    const chat = await startReceiver();
    chat.answer(respond(status, { 'retry-after': retryAfter }));
    const { handle, moveOn } = handler((ctx) => ctx.fetch(chat.url));
    expect(await handle(event)).toEqual({ kind: 'retry', afterMs });
    moveOn(afterMs - 1);
    expect(await handle(event)).toEqual({ kind: 'retry', afterMs: 1 });
    expect(chat.requests).toHaveLength(1);
  });

  it('names the one who answered at the end of redirects', async () => {
    const [first, last] = [await startReceiver(), await startReceiver()];
    first.answer(respond(307, { location: `${last.url}/secret` }));
    last.answer(500);
    const { handle, outcomes } = handler((ctx) => ctx.fetch(first.url));
    await handle(event);
    expect(outcomes('call')).toEqual([['failed', `StatusError: ${new URL(last.url).host} answered 500`]]);
  });

  it('rejects on a redirect that is not to be followed', async () => {
    const first = await startReceiver();
    first.answer(respond(307, { location: 'http://elsewhere.example/' }));
    const { handle, outcomes } = handler((ctx) => ctx.fetch(first.url, { redirect: 'manual' }));
    await handle(event);
    expect(outcomes('call')).toEqual([['failed', `StatusError: ${new URL(first.url).host} answered 307`]]);
  });

  it('gives up the body of an answer that it rejects', async () => {
    const chat = await startReceiver();
    let closed = false;
    chat.answer((response: ServerResponse) => {
      response.on('close', () => {
        closed = true;
      });
      response.writeHead(500);
      response.write('and so on, without an end');
    });
    const { handle } = handler((ctx) => ctx.fetch(chat.url));
    await handle(event);
    // Left to the garbage collector it would take many seconds.
    await until('the end of the connection', () => closed, 2_000);
  });

  it.each<[string, (ctx: HandlerContext) => unknown, string]>([
    [
      'a URL with a password',
      (ctx) => ctx.fetch('http://user:hidden@127.0.0.1/'),
      'TypeError: ctx.fetch: the URL must not carry a user name or password: send an authorization header',
    ],
    [
      'what is no URL',
      (ctx) => ctx.fetch('hooks/hidden'),
      'TypeError: ctx.fetch: the URL is not one, or has no scheme and host',
    ],
    [
      'a header with a line end',
      (ctx) => ctx.fetch('http://127.0.0.1/', { headers: { authorization: 'Bearer hidden\n' + 'x' } }),
      'TypeError: ctx.fetch: the name or the value of a header is not one HTTP allows',
    ],
  ])('refuses %s without repeating it', async (_, run, error) => {
    const { handle, outcomes, lines } = handler(run);
    await handle(event);
    expect(outcomes('call')).toEqual([['failed', error]]);
    expect(lines.join()).not.toContain('hidden');
  });

  it('is waited for at the end of the run, also by a handler that forgets to', async () => {
    const chat = await startReceiver();
    let answer = () => {};
    chat.answer((response: ServerResponse) => {
      answer = () => response.writeHead(200).end();
    });
    const { handle, runs } = handler((ctx) => {
      void ctx.fetch(chat.url);
    });
    const handled = handle(event);
    await chat.received(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(runs).toEqual([]);
    answer();
    expect(await handled).toEqual({ kind: 'done' });
  });

  it('takes a Request', async () => {
    const chat = await startReceiver();
    chat.answer(500);
    const { handle, outcomes } = handler((ctx) => ctx.fetch(new Request(chat.url, { method: 'PUT' })));
    await handle(event);
    expect(chat.requests[0]?.method).toBe('PUT');
    expect(outcomes('call')).toMatchObject([['failed', expect.stringContaining('answered 500')]]);
  });
});
