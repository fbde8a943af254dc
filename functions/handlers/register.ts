import type { Hooks } from '../hooks/hooks.ts';
import type { HandlerEnvironment } from '../hooks/register-handlers.ts';
import { registerShipped } from './register-shipped.ts';
import { registerAnnounceCrash } from './shipped/announce-crash.ts';
import { registerAnnounceRun } from './shipped/announce-run.ts';
import { registerAudit } from './shipped/audit.ts';
import { registerCleanup } from './shipped/cleanup.ts';
import { registerDeregister } from './shipped/deregister.ts';

/** For modules that call the shipped `registerHandlers` in their own. */
export type { HandlerEnvironment, RegisterHandlers } from '../hooks/register-handlers.ts';

/**
 * The handlers that are there without a module of one's own. Such a module exports the same function, and may call this
 * one (docs/handlers.md):
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
 *
 * A Worker holds what its module of handlers imports and nothing else: what is not here is in `left-out.ts`.
 */
export const registerHandlers = (hooks: Hooks, env: HandlerEnvironment): void => {
  registerShipped(hooks, env, [
    registerAudit,
    registerAnnounceRun,
    registerCleanup,
    // Each of these is off until its first variable is set.
    registerDeregister,
    registerAnnounceCrash,
    // On Node and Lambda, where size does not matter: delete-objects.
    ...(env.larger ?? []),
  ]);
};
