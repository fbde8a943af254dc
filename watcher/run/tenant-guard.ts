import { isIP } from 'node:net';
import { createGuard, type EgressRules, type Guard } from '../../settings/outbound/guard/create-guard.ts';
import type { ResolveHost } from '../../settings/outbound/guard/resolve-host.ts';

/**
 * The guard over URLs that tenants have written: as the operator says, and never to the API server that the watcher follows.
 *
 * @param server the address of the API server.
 */
export function createTenantGuard(egress: EgressRules, server: string, resolve: ResolveHost): Guard {
  const host = new URL(server).hostname.replace(/^\[(.*)\]$/, '$1');
  const { deniedCidrs = [], deniedHosts = [] } = egress;
  const rules =
    isIP(host) === 0 ? { deniedHosts: [...deniedHosts, host] } : { deniedCidrs: [...deniedCidrs, host] };
  return createGuard({ ...egress, ...rules }, resolve);
}
