import { createAudit } from '../../../functions/audit/audit-handler.ts';
import type { RegisterHandlers } from '../../../functions/hooks/register-handlers.ts';
import { HOOKS } from '../../../protocol/event/event-type.ts';

/** What `tells` returns: near the limit, and with what stores and terminals stumble over. */
export const TOLD_RESULT = {
  ticket: 'OPS-17',
  text: '\u0000\u001b[31m\ud800 "é" <img src=x onerror=alert(1)>',
  deep: JSON.parse(`${'['.repeat(60)}1.5e-7${']'.repeat(60)}`),
  rest: 'x'.repeat(3_700),
};

/** Handlers that return something: a value, a larger one than is kept, what is no JSON, nothing. */
export const registerResultHandlers: RegisterHandlers = (hooks, { audit, now }) => {
  hooks.on(HOOKS, {}, createAudit(audit, now), { name: 'audit', retryMs: 0 });
  hooks.on('postStart', async () => TOLD_RESULT, { name: 'tells' });
  hooks.on('postStart', () => ['y'.repeat(5_000)], { name: 'tells-much' });
  hooks.on('postStart', () => {}, { name: 'silent' });
};
