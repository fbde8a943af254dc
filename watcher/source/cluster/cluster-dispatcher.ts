import { createHash } from 'node:crypto';
import { Agent, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici';
import { createProxyClient } from '../../../settings/outbound/proxy-client.ts';
import type { Credentials } from './cluster-credentials.ts';
import type { ClusterProxy } from './cluster-proxy.ts';

/** For connecting to a proxy, and for its answer. */
const PROXY_TIMEOUT_MS = 10_000;

/** A connection pool that went wrong this often in a row is not trusted any more. */
const ERRORS_BEFORE_REPLACEMENT = 2;

/**
 * TCP probes after ten seconds without a byte; Node then sends one a second and gives up after ten (libuv's
 * `uv_tcp_keepalive`). So the end of a quiet connection is noticed in twenty seconds, without any traffic of HTTP, and no load
 * balancer forgets it (they do after 60 s without a packet).
 */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 10_000 };

interface ClusterDispatcher {
  /** The pool to use with these credentials; a new one when certificates changed. */
  for(tls: Credentials['tls']): Dispatcher;
  answered(): void;
  failed(): void;
  close(): Promise<void>;
}

/**
 * Keeps one HTTP/1.1 connection pool, and replaces it when the TLS material changes or after repeated transport
 * errors: a pool can stay poisoned, for example by a rejected client certificate. Streams of a replaced pool run on
 * until they end.
 *
 * HTTP/2 is off because a half-open connection takes a minute to notice there.
 */
export function createClusterDispatcher(proxy: ClusterProxy): ClusterDispatcher {
  let current: { dispatcher: Dispatcher; fingerprint: string } | null = null;
  const retired = new Set<Dispatcher>();
  let errorsInARow = 0;

  function retire(): void {
    if (current === null) return;
    const { dispatcher } = current;
    current = null;
    retired.add(dispatcher);
    const forget = () => retired.delete(dispatcher);
    dispatcher.close().then(forget, forget);
  }

  return {
    for(tls) {
      const fingerprint = fingerprintOf(tls);
      if (current?.fingerprint !== fingerprint) retire();
      current ??= { dispatcher: createDispatcher(tls, proxy), fingerprint };
      return current.dispatcher;
    },
    answered() {
      errorsInARow = 0;
    },
    failed() {
      errorsInARow += 1;
      if (errorsInARow < ERRORS_BEFORE_REPLACEMENT) return;
      errorsInARow = 0;
      retire();
    },
    async close() {
      const all = current === null ? [...retired] : [...retired, current.dispatcher];
      current = null;
      await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function createDispatcher(tls: Credentials['tls'], proxy: ClusterProxy): Dispatcher {
  // The source has its own deadlines, on its own clock: undici's would cut quiet watches.
  const options = { allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
  const connect = { ...tls, allowH2: false, ...KEEP_ALIVE };
  if (proxy.kind === 'none') return new Agent({ ...options, connect });
  if (proxy.kind === 'socks') return new Socks5ProxyAgent(proxy.url, { ...options, requestTls: connect });
  const { origin, authorization } = proxy.http;
  return new ProxyAgent({
    ...options,
    uri: origin,
    ...(authorization && { token: authorization.reveal() }),
    requestTls: connect,
    clientFactory: () => createProxyClient(proxy.http, { connectTimeoutMs: PROXY_TIMEOUT_MS }),
  });
}

function fingerprintOf(tls: Credentials['tls']): string {
  const { ca, cert, key, servername, rejectUnauthorized } = tls;
  const parts = [ca, cert, key, servername, rejectUnauthorized].map(String);
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
