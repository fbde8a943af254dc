import { type ConfigFault, ENVIRONMENT } from '../fault.ts';
import type { Environment } from '../overrides.ts';
import { type HttpProxy, type ProxyFor, parseProxy } from './http-proxy.ts';
import { type IsDirect, isLoopback, parseNoProxy } from './no-proxy.ts';

/** What the operator's environment says about proxies. */
export type EnvironmentProxies = {
  readonly forHttp: HttpProxy | null;
  readonly forHttps: HttpProxy | null;
  readonly isDirect: IsDirect;
};

/** What a configuration says: one proxy, none, or nothing. */
export type ProxyChoice = HttpProxy | 'none' | undefined;

/** No proxy for anything. */
export const CONNECT_DIRECTLY: ProxyFor = () => null;

const NONE: EnvironmentProxies = { forHttp: null, forHttps: null, isDirect: () => false };

/**
 * Reads `HTTPS_PROXY` (for https URLs), `HTTP_PROXY` (for http URLs) and `NO_PROXY`; the lower-case form goes first, one
 * that is empty counts as not set. In a Pod the address of the API server is never behind a proxy.
 */
export function readEnvironmentProxies(env: Environment): {
  readonly proxies: EnvironmentProxies;
  readonly faults: readonly ConfigFault[];
} {
  const faults: ConfigFault[] = [];
  const read = (name: string): HttpProxy | null => {
    const variable = env[name.toLowerCase()] === undefined ? name : name.toLowerCase();
    const text = env[variable]?.trim() ?? '';
    if (text === '') return null;
    const parsed = parseProxy(text);
    if ('value' in parsed) return parsed.value;
    faults.push({ file: ENVIRONMENT, path: variable, message: parsed.fault });
    return null;
  };
  const noProxy = [env.no_proxy ?? env.NO_PROXY ?? '', env.KUBERNETES_SERVICE_HOST ?? ''].join(',');
  const proxies = {
    forHttp: read('HTTP_PROXY'),
    forHttps: read('HTTPS_PROXY'),
    isDirect: parseNoProxy(noProxy),
  };
  return faults.length > 0 ? { proxies: NONE, faults } : { proxies, faults };
}

/**
 * What holds where nothing nearer says otherwise: `choice` of the configuration before the environment. `NO_PROXY` and
 * loopback addresses are excepted from both.
 */
export function generalProxy(
  choice: ProxyChoice,
  { forHttp, forHttps, isDirect }: EnvironmentProxies,
): ProxyFor {
  if (choice === 'none') return CONNECT_DIRECTLY;
  return (url) => {
    const proxy = choice ?? (url.protocol === 'https:' ? forHttps : forHttp);
    if (proxy === null || isLoopback(url.hostname)) return null;
    const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
    return isDirect(url.hostname, port) ? null : proxy;
  };
}

/** What one subscription says goes for all of its URLs; else what holds in general. */
export function proxyUnder(choice: ProxyChoice, general: ProxyFor): ProxyFor {
  if (choice === undefined) return general;
  return choice === 'none' ? CONNECT_DIRECTLY : () => choice;
}
