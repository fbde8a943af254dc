import { createAudit } from '../../../functions/audit/audit-handler.ts';
import type { Handler } from '../../../functions/hooks/handler.ts';
import type { RegisterHandlers } from '../../../functions/hooks/register-handlers.ts';
import { HOOKS } from '../../../protocol/event/event-type.ts';
import type { PostStartEvent } from '../../../protocol/event/lifecycle-event.ts';

/**
 * Two postStart handlers that do what a test's own server at `PROBE_URL` tells them to: `/steady` and `/shaky`
 * succeed with a 2xx, fail with anything else, and wait as long as it waits. They send the trace context on.
 */
export const registerTestHandlers: RegisterHandlers = (hooks, { vars, audit, now }) => {
  const probe = (path: string): Handler<PostStartEvent> => {
    return async function callProbe(event, ctx) {
      const headers = {
        'idempotency-key': event.id,
        'x-attempt': String(ctx.attempt),
        ...(ctx.traceparent !== null && { traceparent: ctx.traceparent }),
      };
      const response = await ctx.fetch(`${vars.PROBE_URL}${path}`, { method: 'POST', headers });
      await response.body?.cancel();
    };
  };
  hooks.on(HOOKS, {}, createAudit(audit, now), { name: 'audit', retryMs: 0 });
  hooks.on('postStart', {}, probe('/steady'), { name: 'steady', retryMs: 0 });
  hooks.on('postStart', {}, probe('/shaky'), { name: 'shaky', retryMs: 0, attempts: 3 });
};
