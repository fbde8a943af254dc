import type { Clock } from '../../../settings/ambient/clock.ts';
import { createGuard, type EgressRules } from '../../../settings/outbound/guard/create-guard.ts';
import { createGuardedFetch } from '../../../settings/outbound/guard/guarded-fetch.ts';
import { createHostResolver } from '../../../settings/outbound/guard/resolve-host.ts';
import type { ProxyFor } from '../../../settings/outbound/http-proxy.ts';
import type { TargetGuard } from '../../hooks/target-guard.ts';

/**
 * The guard over targets of handlers, with connections of its own.
 *
 * @property close cuts them.
 * @throws RangeError for a block of addresses that is none.
 */
export function openGuardedTargets(
  egress: EgressRules,
  proxyFor: ProxyFor,
  clock: Clock,
): TargetGuard & { close(): Promise<void> } {
  const guard = createGuard(egress, createHostResolver({ clock })).forNamespace(null);
  return {
    objection: (url) => guard.judge(new URL(url))?.message ?? null,
    ...createGuardedFetch(guard, { proxyFor }),
  };
}
