import { createAudit } from '../../../functions/audit/audit-handler.ts';
import type { HandlerContext } from '../../../functions/hooks/handler.ts';
import type { RegisterHandlers } from '../../../functions/hooks/register-handlers.ts';
import { HOOKS } from '../../../protocol/event/event-type.ts';

const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
const failAfter = async (ms: number, message: string) => {
  await sleep(ms);
  throw new Error(message);
};

/** Handlers that forget an `await` at their first attempt, and a neighbour of theirs that takes its time. */
export const registerStrayHandlers: RegisterHandlers = (hooks, { vars, audit, now }) => {
  const on = (name: string, run: (ctx: HandlerContext) => Promise<void> | undefined) =>
    hooks.on('postStart', {}, (_, ctx) => (ctx.attempt === 1 ? run(ctx) : undefined), { name, retryMs: 0 });
  hooks.on(HOOKS, {}, createAudit(audit, now), { name: 'audit', retryMs: 0 });
  on('forgetful', () => {
    void failAfter(5, 'the chat is down');
    return sleep(60);
  });
  on('uncalled', (ctx) => {
    void ctx.fetch(`${vars.PROBE_URL}/down`, { method: 'POST' });
    return undefined;
  });
  on('hasty', () => {
    void Promise.reject(new Error('at its very end'));
    return undefined;
  });
  on('throws-too', async () => {
    void failAfter(5, 'first of two');
    await failAfter(60, 'second of two');
  });
  on('callback', () => {
    queueMicrotask(() => {
      throw new Error('out of a callback');
    });
    return sleep(60);
  });
  on('timer', () => {
    setTimeout(() => {
      throw new Error('out of a timer');
    }, 5);
    return sleep(60);
  });
  on('late', () => {
    void failAfter(150, 'long after');
    return undefined;
  });
  on('steady', () => sleep(300));
};
