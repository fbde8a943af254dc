import { formatFaults } from '../../../settings/fault.ts';
import { type HttpProxy, type ProxyFor, parseProxy } from '../../../settings/outbound/http-proxy.ts';
import { generalProxy, readEnvironmentProxies } from '../../../settings/outbound/proxy-rules.ts';
import type { Environment } from '../../../settings/overrides.ts';
import { ClusterAccessError } from './cluster-access-error.ts';

/** What leads to the API server. */
export type ClusterProxy =
  | { readonly kind: 'none' }
  | { readonly kind: 'http'; readonly http: HttpProxy }
  | { readonly kind: 'socks'; readonly url: string };

/**
 * As kubectl chooses: `proxy-url` of the kubeconfig's cluster, else what the environment says of the server's address.
 *
 * @throws ClusterAccessError for a `proxy-url` that is none; the message never quotes it.
 */
export function chooseClusterProxy(
  { proxyUrl, server }: { readonly proxyUrl?: string | undefined; readonly server: string },
  proxyFor: ProxyFor,
): ClusterProxy {
  if (!proxyUrl) {
    const http = proxyFor(new URL(server));
    return http === null ? { kind: 'none' } : { kind: 'http', http };
  }
  if (proxyUrl.startsWith('socks')) {
    if (URL.canParse(proxyUrl)) return { kind: 'socks', url: proxyUrl };
    throw new ClusterAccessError(
      'proxy-url of the kubeconfig: expected a URL such as socks5://proxy.example.com:1080',
    );
  }
  const parsed = parseProxy(proxyUrl);
  if ('fault' in parsed) throw new ClusterAccessError(`proxy-url of the kubeconfig: ${parsed.fault}`);
  return { kind: 'http', http: parsed.value };
}

/**
 * What `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say of API servers.
 *
 * @throws ClusterAccessError for a variable that holds no proxy.
 */
export function proxiesOfEnvironment(env: Environment): ProxyFor {
  const { proxies, faults } = readEnvironmentProxies(env);
  if (faults.length > 0) throw new ClusterAccessError(formatFaults(faults));
  return generalProxy(undefined, proxies);
}
