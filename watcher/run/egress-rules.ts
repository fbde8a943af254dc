import { isIP } from 'node:net';
import type { EgressRules } from '../../settings/outbound/guard/create-guard.ts';
import type { WatcherConfig } from '../config/watcher-config.ts';
import type { ClusterAccess } from '../source/cluster/cluster-access.ts';

/** What the configuration says of where tenants' requests may go, and that none goes to the API server. */
export function egressRules(
  { egress }: Pick<WatcherConfig, 'egress'>,
  { server }: Pick<ClusterAccess, 'server'>,
): EgressRules {
  const host = new URL(server).hostname.replace(/^\[(.*)\]$/, '$1');
  const { deniedCidrs = [], deniedHosts = [] } = egress;
  return isIP(host) === 0
    ? { ...egress, deniedHosts: [...deniedHosts, host] }
    : { ...egress, deniedCidrs: [...deniedCidrs, `${host}/${isIP(host) === 6 ? 128 : 32}`] };
}
