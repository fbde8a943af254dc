import { withLargerHandlers } from '../../functions/handlers/larger-handlers.ts';
import { registerAll } from '../../functions/handlers/register-all.ts';
import type { RegisteredHandler } from '../../functions/hooks/hooks.ts';
import { openGuardedTargets } from '../../functions/platforms/node/guarded-targets.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { counted } from '../../settings/counted.ts';
import { CONNECT_DIRECTLY } from '../../settings/outbound/proxy-rules.ts';
import type { ReceiverOptions } from './receiver-options.ts';

/**
 * Registers the handlers with their variables and forgets them again.
 *
 * @returns lines about what is registered, and about what is missing.
 * @throws when one of them cannot be registered, a variable of theirs is not usable, or a target may not be called.
 */
export async function checkHandlers(options: ReceiverOptions): Promise<readonly string[]> {
  const { registerHandlers, vars, egress } = options;
  const env = { vars, audit: { append: async () => {} }, now: systemClock.nowMs };
  const targets = openGuardedTargets(egress ?? {}, CONNECT_DIRECTLY, systemClock);
  try {
    const knowing = { clock: systemClock, targets };
    const { hooks, warnings } = await registerAll(withLargerHandlers(registerHandlers), env, knowing);
    return [...hooks.registered().map(describe), ...warnings.map((warning) => `warning: ${warning}`)];
  } finally {
    await targets.close();
  }
}

/** For example `handler page-on-crash: postStop; namespace shop; 3 attempts of at most 10 s`. */
function describe({ name, hooks, filter, attempts, timeoutMs }: RegisteredHandler): string {
  const conditions = Object.entries(filter).map(([field, wanted]) => `${field} ${describeWanted(wanted)}`);
  const which = conditions.length === 0 ? 'every event' : conditions.join(', ');
  const tries = counted(attempts, 'attempt');
  return `handler ${name}: ${hooks.join(', ')}; ${which}; ${tries} of at most ${timeoutMs / 1_000} s`;
}

function describeWanted(wanted: unknown): string {
  if (Array.isArray(wanted)) return wanted.join(' or ');
  if (typeof wanted !== 'object' || wanted === null) return String(wanted);
  return Object.entries(wanted)
    .map(([name, value]) => `${name}=${describeWanted(value)}`)
    .join(' and ');
}
