import { HOOKS } from '../../protocol/event-type.ts';
import { type AuditTrail, createAudit } from '../audit/audit-handler.ts';
import type { Hooks } from '../hooks/hooks.ts';
import { createAnnounceCrash } from './announce-crash.ts';
import { createAnnounceRun } from './announce-run.ts';
import { createCleanup } from './cleanup.ts';
import { createDeleteObjects } from './delete-objects.ts';
import { createDeregister } from './deregister.ts';
import { createPostJson } from './post-json.ts';

/**
 * What handlers are built from.
 *
 * @property vars the platform's variables: `wrangler.toml` and secrets on Workers, the environment on Node.
 * @property now milliseconds since the epoch.
 */
export type HandlerEnvironment = {
  readonly vars: Readonly<Record<string, string | undefined>>;
  readonly audit: AuditTrail;
  readonly now: () => number;
};

/** What an entry is given to register handlers with. Nothing is handled before it has ended. */
export type RegisterHandlers = (hooks: Hooks, env: HandlerEnvironment) => void | Promise<void>;

/**
 * Your handlers go here. For example:
 *
 * ```ts
 * hooks.on('postStop', { namespace: 'shop', labels: { app: 'checkout' } }, async (event, ctx) => {
 *   if (event.data.exit.code === 0) return;
 *   // Rejects unless the answer is 2xx: the run has then failed, and is tried again.
 *   await ctx.fetch('https://pager.example/alerts', { method: 'POST', body: event.data.pod.name });
 * }, { name: 'page-on-crash', timeoutMs: 10_000, attempts: 3 });
 * ```
 *
 * Names are what claims and audit rows know a handler by: renaming one runs it again for events still in flight.
 */
export const registerHandlers = (hooks: Hooks, { vars, audit, now }: HandlerEnvironment): void => {
  hooks.on(HOOKS, {}, createAudit(audit, now), { name: 'audit', attempts: 20 });
  const postJson = createPostJson({ secret: vars.CALL_SECRET, now });
  hooks.on('postStart', {}, createAnnounceRun(postJson, vars.ANNOUNCE_URL), { name: 'announce-run' });
  hooks.on('preStop', {}, createCleanup(postJson, vars.CLEANUP_URL), { name: 'cleanup' });
  registerOptional(hooks, vars);
};

/** Each of these is off until its first variable is set. */
function registerOptional(hooks: Hooks, vars: HandlerEnvironment['vars']): void {
  const deregister = createDeregister(vars);
  if (deregister !== undefined) {
    const options = { name: 'deregister', ordered: true, timeoutMs: 10_000, attempts: 8, retryMs: 1_000 };
    hooks.on(['preStop', 'postStop'], {}, deregister, options);
  }
  const deleteObjects = createDeleteObjects(vars);
  if (deleteObjects !== undefined) {
    const options = {
      name: 'delete-objects',
      ordered: true,
      timeoutMs: 300_000,
      attempts: 10,
      retryMs: 5_000,
    };
    hooks.on(['preStop', 'postStop'], {}, deleteObjects, options);
  }
  const announceCrash = createAnnounceCrash(vars);
  if (announceCrash !== undefined) {
    hooks.on('postStop', {}, announceCrash, { name: 'announce-crash', ordered: true, timeoutMs: 10_000 });
  }
}
