import type { Clock } from '../../settings/ambient/clock.ts';
import { withDeadline } from '../../settings/ambient/deadline.ts';
import { createHooks, type Hooks } from '../hooks/hooks.ts';
import type { HandlerEnvironment, RegisterHandlers } from '../hooks/register-handlers.ts';
import type { TargetGuard } from '../hooks/target-guard.ts';
import { LEFT_OUT } from './left-out.ts';

/** For a `registerHandlers` that waits for something, a file or a service. */
const DEADLINE_MS = 30_000;

const NOTHING = 'no handler is registered: events are stored, and nothing is done with them';
const NO_TRAIL =
  'no handler records the audit trail: the page and `offhook audit` will show no event. Call the shipped ' +
  'registerHandlers(hooks, env) in yours, or register createAudit(env.audit, env.now) for every hook';

/**
 * Registers the handlers, and waits until that is done. Whoever registers one later is told that it is too late.
 *
 * @returns the registry, and what its owner should be warned of.
 * @throws whatever `registerHandlers` throws or rejects with; Error when it has not ended within 30 s.
 */
export async function registerAll(
  registerHandlers: RegisterHandlers,
  env: HandlerEnvironment,
  { clock, targets }: { readonly clock: Clock; readonly targets?: TargetGuard | undefined },
) {
  const hooks = createHooks(targets);
  const overdue = () => new Error(`registerHandlers has not ended within ${DEADLINE_MS / 1_000} s`);
  try {
    await withDeadline(clock, { ms: DEADLINE_MS, overdue }, () => registerHandlers(hooks, env));
  } finally {
    hooks.close();
  }
  return { hooks, warnings: [...trailWarnings(hooks.registered()), ...switchWarnings(hooks, env.vars)] };
}

function trailWarnings(
  registered: ReturnType<ReturnType<typeof createHooks>['registered']>,
): readonly string[] {
  if (registered.length === 0) return [NOTHING];
  return registered.some(({ keepsTrail }) => keepsTrail) ? [] : [NO_TRAIL];
}

/** A variable that switches nothing on is the loss of what its owner counts on. */
function switchWarnings(hooks: Pick<Hooks, 'has'>, vars: HandlerEnvironment['vars']): readonly string[] {
  const missing = LEFT_OUT.filter(({ handler, variable }) => vars[variable]?.trim() && !hooks.has(handler));
  return missing.map(
    ({ handler, variable, lines }) =>
      `${variable} is set, but ${handler}, the handler that it switches on, is not registered and does nothing. ` +
      `Add two lines to your module of handlers (docs/handlers.md): ${lines.join(' and ')}`,
  );
}
