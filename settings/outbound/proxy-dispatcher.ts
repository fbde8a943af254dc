import { type buildConnector, Dispatcher, Pool, ProxyAgent } from 'undici';
import { boundAnswers } from './bounded-answer.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import { createForwarder } from './forwarder.ts';
import type { HttpProxy } from './http-proxy.ts';
import { createProxyClient, type Tunnels } from './proxy-client.ts';

/** Requests of any origin, by way of one proxy. */
export class ProxyDispatcher extends Dispatcher {
  readonly #tunnel: ProxyAgent;
  readonly #forward: Dispatcher;
  readonly #tunnels: Tunnels;

  constructor(proxy: HttpProxy, settings: ConnectionSettings) {
    super();
    this.#tunnels = { asked: 0, open: 0 };
    this.#tunnel = createTunnels(proxy, settings, this.#tunnels);
    this.#forward = createForwarder(proxy, settings);
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    // Proxies often allow CONNECT to port 443 only, so plain HTTP is forwarded, as curl does it.
    const isPlain = String(options.origin).startsWith('http:');
    return (isPlain ? this.#forward : this.#tunnel).dispatch(options, handler);
  }

  /** Whether all that a request can be waiting for is the proxy: it was asked for tunnels, and none is there. */
  get isWaitedFor(): boolean {
    return this.#tunnels.asked > 0 && this.#tunnels.open === 0;
  }

  /** Cuts all connections. */
  async disconnect(): Promise<void> {
    await Promise.all([this.#tunnel.destroy(), this.#forward.destroy()]);
  }
}

function createTunnels(proxy: HttpProxy, settings: ConnectionSettings, tunnels: Tunnels): ProxyAgent {
  const { connections, connectTimeoutMs, answerLimitBytes, tls, targetTls } = settings;
  const pooled = { ...(connections && { connections }), pipelining: 1, allowH2: false };
  return new ProxyAgent({
    ...pooled,
    uri: proxy.origin,
    ...(proxy.authorization && { token: proxy.authorization.reveal() }),
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: connectTimeoutMs,
    ...((tls || targetTls) && { requestTls: { ...tls, ...targetTls } }),
    ...(tls && { proxyTls: tls }),
    clientFactory: () => createProxyClient(proxy, settings, tunnels),
    factory: (origin, options) => {
      const { connect } = options as { readonly connect: buildConnector.connector };
      const bounded = answerLimitBytes === undefined ? connect : boundAnswers(connect, answerLimitBytes);
      return new Pool(origin, { ...options, connect: bounded });
    },
  } as ProxyAgent.Options);
}
