import { Dispatcher1Wrapper } from 'undici';
import type { ProxyFor } from './http-proxy.ts';
import { OutboundDispatcher } from './outbound-dispatcher.ts';

/** @property close cuts all connections. */
export type OutboundFetch = { readonly fetch: typeof fetch; close(): Promise<void> };

/** As long as Node's own fetch tries to connect. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The platform's fetch, by way of the proxies that lead where it is asked to go. */
export function createOutboundFetch(proxyFor: ProxyFor): OutboundFetch {
  const outbound = new OutboundDispatcher(proxyFor, { connectTimeoutMs: CONNECT_TIMEOUT_MS });
  // Node's fetch comes with an undici of its own, which may be an older one.
  const dispatcher: unknown = new Dispatcher1Wrapper(outbound);
  return {
    fetch: (input, init) => fetch(input, { ...init, dispatcher } as RequestInit),
    close: () => outbound.disconnect(),
  };
}
