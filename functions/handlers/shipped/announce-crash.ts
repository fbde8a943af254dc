import type { PostStopAmendedEvent, PostStopEvent } from '../../../protocol/event/lifecycle-event.ts';
import { checkAnswer } from '../../hooks/check-answer.ts';
import type { Handler } from '../../hooks/handler.ts';
import type { Hooks } from '../../hooks/hooks.ts';
import { parseHttpUrl } from '../../hooks/http-url.ts';
import type { HandlerEnvironment } from '../../hooks/register-handlers.ts';
import type { EventStanding } from '../../ordering/event-standing.ts';
import { CHAT_FORMATS, chatMessage } from './chat-message.ts';
import { optionalVariable, type Vars, variableOneOf } from './variable.ts';
import { readAs, together } from './variable-error.ts';

/** 128 + SIGKILL and 128 + SIGTERM: how a container ends that is told to stop. */
const STOPPED_CODES: ReadonlySet<number | null> = new Set([137, 143]);

/**
 * `announce-crash`, at postStop: posts a message to a chat's incoming webhook, `CHAT_WEBHOOK_URL`, after a crash:
 *
 * | exit                                                   | message |
 * |--------------------------------------------------------|---------|
 * | reason `OOMKilled`                                     | yes     |
 * | code 0, or one that nobody knows                       | no      |
 * | 137 or 143 when its end had been requested (a preStop) | no      |
 * | any other code                                         | yes     |
 *
 * Where no URL is set it is not registered.
 *
 * @throws VariableError naming the faulty variables.
 */
export function registerAnnounceCrash(hooks: Hooks, { vars }: HandlerEnvironment): void {
  const text = optionalVariable(vars, 'CHAT_WEBHOOK_URL');
  if (text === undefined) return;
  const options = { name: 'announce-crash', ordered: true, timeoutMs: 10_000 };
  hooks.on('postStop', {}, createAnnounceCrash(text, vars), options);
}

function createAnnounceCrash(text: string, vars: Vars): Handler<PostStopEvent | PostStopAmendedEvent> {
  const [url, format] = together(
    () => readAs('CHAT_WEBHOOK_URL', () => parseHttpUrl('CHAT_WEBHOOK_URL', text)),
    () => variableOneOf(vars, 'CHAT_FORMAT', { values: CHAT_FORMATS, otherwise: 'slack' }),
  );
  return async function announceCrash(event, ctx) {
    if (!isCrash(event, await ctx.latest())) return;
    const response = await ctx.fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chatMessage(format, event)),
      throwOnStatus: false,
    });
    await response.body?.cancel();
    checkAnswer('the chat', response, ctx.startedAt.getTime());
  };
}

function isCrash({ data: { exit } }: PostStopEvent | PostStopAmendedEvent, { run }: EventStanding): boolean {
  if (exit.reason === 'OOMKilled') return true;
  if (exit.code === 0 || exit.code === null) return false;
  const requested = run.some(({ hook }) => hook === 'preStop');
  return !(requested && STOPPED_CODES.has(exit.code));
}
