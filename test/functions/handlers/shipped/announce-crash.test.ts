import { describe, expect, it } from 'vitest';
import type { StopTrigger } from '../../../../protocol/event/lifecycle-event.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { hang, reset, respond, startReceiver } from '../../../support/receiver.ts';
import { told } from '../../support/container-events.ts';
import { type HandlersOptions, runShippedHandlers } from '../../support/run-handlers.ts';

const done = { kind: 'done' };

async function setUp(vars: Record<string, string> = {}, options: HandlersOptions = {}) {
  const chat = await startReceiver();
  chat.answer(200);
  const handlers = runShippedHandlers({ CHAT_WEBHOOK_URL: chat.url, ...vars }, options);
  return {
    chat,
    ...handlers,
    outcomes: () => handlers.outcomes('announce-crash'),
    posted: () => chat.requests.map(({ body }) => JSON.parse(body.toString())),
  };
}

describe('announce-crash', () => {
  it('posts what happened, for Slack', async () => {
    const { chat, handle, posted } = await setUp();
    expect(await handle(told.postStop({ restartCount: 3 }, 3, 'Error'))).toEqual(done);
    expect(posted()).toEqual([
      {
        text: 'Container `app` of `shop/web-1` in cluster `prod-eu-1` crashed: exit code 3, reason `Error`, restarted 3 times so far',
      },
    ]);
    expect(chat.requests[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
  });

  it('posts it for Discord, which is told to mention nobody', async () => {
    const { handle, posted } = await setUp({ CHAT_FORMAT: 'discord' });
    await handle(told.postStop({ pod: 'a&b' }, 1, '@everyone <@7>'));
    expect(posted()).toEqual([
      {
        content:
          'Container `app` of `shop/a&b` in cluster `prod-eu-1` crashed: exit code 1, reason `@everyone <@7>`',
        allowed_mentions: { parse: [] },
      },
    ]);
  });

  it('lets nothing in an event become a link, a mention, or text outside its quotes', async () => {
    const { handle, posted } = await setUp();
    const reason = '<!channel> <https://evil.example|click> & `*bold*`\n\u202e@here\u0000';
    await handle(
      told.postStop({ pod: '`<@U1>`', container: '``', namespace: 'https://evil.example' }, 1, reason),
    );
    expect(posted()).toEqual([
      {
        text: [
          'Container `?` of `https://evil.example/ &lt;@U1&gt;` in cluster `prod-eu-1` crashed: exit code 1, ',
          'reason `&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp; *bold* @here`',
        ].join(''),
      },
    ]);
  });

  it('cuts what is longer than any name', async () => {
    const { handle, posted } = await setUp();
    await handle(told.postStop({}, 1, 'x'.repeat(5_000)));
    expect(posted()[0].text.length).toBeLessThan(400);
  });

  const requested: readonly StopTrigger[] = ['podDeleted', 'evicted', 'killing'];
  it.each<[string, number | null, string | null, readonly StopTrigger[], boolean]>([
    ['code 0', 0, 'Completed', [], false],
    ['an unknown code', null, 'ContainerStatusUnknown', [], false],
    ['code 1', 1, 'Error', [], true],
    ['code 1 while it was being stopped', 1, 'Error', requested, true],
    ['code 128, it never started', 128, 'StartError', [], true],
    ['SIGTERM as requested', 143, 'Error', requested, false],
    ['SIGKILL after the grace period', 137, 'Error', requested, false],
    ['SIGKILL out of the blue', 137, 'Error', [], true],
    ['SIGTERM out of the blue', 143, 'Error', [], true],
    ['no memory', 137, 'OOMKilled', [], true],
    ['no memory while it was being stopped', 137, 'OOMKilled', requested, true],
    ['no memory in a process that went on to exit with 0', 0, 'OOMKilled', [], true],
  ])('after %s', async (_, code, reason, triggers, announced) => {
    for (const trigger of triggers.length === 0 ? [null] : triggers) {
      const { handle, posted, outcomes } = await setUp();
      if (trigger !== null) await handle(told.preStop({ at: 5 }, trigger));
      await handle(told.postStop({ at: 9 }, code, reason));
      expect(posted()).toHaveLength(announced ? 1 : 0);
      expect(outcomes()).toEqual([['completed', null]]);
    }
  });

  it('does not take the preStop of another run for its own', async () => {
    const { handle, posted } = await setUp();
    await handle(told.preStop({ run: 'before', startedAt: 0 }));
    await handle(told.postStop({ run: 'after', startedAt: 60, at: 70 }, 137));
    expect(posted()).toHaveLength(1);
  });

  it('tells of an exit code that became known later', async () => {
    const { handle, posted } = await setUp();
    await handle(told.postStop({}, null));
    await handle(told.amended({}, 2));
    expect(posted()).toEqual([{ text: expect.stringContaining('exit code 2') }]);
  });

  it('tries again when the chat fails, as late as it asks', async () => {
    const { chat, handle, moveOn, outcomes } = await setUp();
    chat.answer(500, reset, respond(429, { 'retry-after': '120' }), 200);
    const event = told.postStop({}, 1);
    const waits: unknown[] = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      const consumed = await handle(event);
      waits.push(consumed.kind === 'retry' ? consumed.afterMs : consumed.kind);
      moveOn(200_000);
    }
    expect(waits).toEqual([2_000, 4_000, 120_000, 'done']);
    expect(await handle(event)).toEqual(done);
    expect(chat.requests).toHaveLength(4);
    expect(outcomes()[0]).toEqual(['failed', 'the chat answered 500']);
  });

  it('is over at its deadline when the chat does not answer', async () => {
    const clock = createFakeClock();
    const { chat, handle, outcomes } = await setUp({}, { after: clock.after });
    chat.answer(hang);
    const slow = handle(told.postStop({}, 1));
    await chat.received(1);
    await clock.advance(10_000);
    expect(await slow).toMatchObject({ kind: 'retry' });
    expect(outcomes()).toEqual([['failed', 'did not finish within 10000 ms']]);
  });

  it('gives up at once when the webhook is gone', async () => {
    const { chat, handle } = await setUp();
    chat.answer(410);
    expect(await handle(told.postStop({}, 1))).toEqual({ kind: 'dead', reason: 'gave up: announce-crash' });
  });

  it('never says its URL, which is a secret', async () => {
    const { chat, handle, lines, runs } = await setUp({});
    chat.answer(reset, 403);
    await handle(told.postStop({}, 1));
    await handle(told.postStop({ run: 'other' }, 1));
    expect(runs.filter(({ outcome }) => outcome === 'failed')).toHaveLength(2);
    expect(JSON.stringify([lines, runs])).not.toContain('tenant=a');
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'no URL',
      { CHAT_WEBHOOK_URL: 'hooks.example/hunter2' },
      'CHAT_WEBHOOK_URL must be a URL that begins with',
    ],
    [
      'a password',
      { CHAT_WEBHOOK_URL: 'https://a:hunter2@b.example' },
      'CHAT_WEBHOOK_URL must not carry a user name',
    ],
    [
      'another format',
      { CHAT_WEBHOOK_URL: 'https://b.example', CHAT_FORMAT: 'hunter2' },
      'CHAT_FORMAT must be slack or discord',
    ],
  ])('is refused at the start with %s', (_, vars, message) => {
    expect(() => runShippedHandlers(vars)).toThrow(message);
    expect(() => runShippedHandlers(vars)).not.toThrow(/hunter2/);
  });
});

it('leaves the other handlers of an event alone when it fails', async () => {
  const [chat, registry] = [await startReceiver(), await startReceiver()];
  chat.answer(500, 200);
  const vars = { CHAT_WEBHOOK_URL: chat.url, DEREGISTER_URL: new URL(registry.url).origin };
  const { handle, moveOn, runs } = runShippedHandlers(vars);
  const event = told.postStop({}, 1);
  expect(await handle(event)).toMatchObject({ kind: 'retry' });
  moveOn(2_000);
  expect(await handle(event)).toEqual(done);
  expect([chat.requests.length, registry.requests.length]).toEqual([2, 1]);
  expect(runs.map(({ handler, outcome }) => `${handler} ${outcome}`).sort()).toEqual([
    'announce-crash completed',
    'announce-crash failed',
    'audit completed',
    'deregister completed',
  ]);
});
