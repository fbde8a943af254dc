import { Agent, buildConnector, Dispatcher } from 'undici';
import { boundAnswers } from './bounded-answer.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import type { HttpProxy, ProxyFor } from './http-proxy.ts';
import { limitInterim } from './limit-interim.ts';
import { ProxyDispatcher } from './proxy-dispatcher.ts';

/** Requests of any origin, each by way of the proxy that leads there, or directly. */
export class OutboundDispatcher extends Dispatcher {
  readonly #proxyFor: ProxyFor;
  readonly #settings: ConnectionSettings;
  readonly #direct: Agent;
  /** By the proxy itself: a configuration names few of them, and each as one object. */
  readonly #proxied = new Map<HttpProxy, ProxyDispatcher>();

  constructor(proxyFor: ProxyFor, settings: ConnectionSettings) {
    super();
    this.#proxyFor = proxyFor;
    this.#settings = settings;
    const { connections, connectTimeoutMs: timeout, answerLimitBytes, tls } = settings;
    const connect = settings.reach ?? buildConnector({ timeout, allowH2: false, ...tls });
    this.#direct = new Agent({
      ...(connections && { connections }),
      pipelining: 1,
      allowH2: false,
      connect: answerLimitBytes === undefined ? connect : boundAnswers(connect, answerLimitBytes),
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const proxy = this.#proxyFor(new URL(String(options.origin)));
    return (proxy === null ? this.#direct : this.#by(proxy)).dispatch(options, limitInterim(handler));
  }

  /** Cuts all connections. */
  async disconnect(): Promise<void> {
    const proxied = Array.from(this.#proxied.values(), (dispatcher) => dispatcher.disconnect());
    await Promise.all([this.#direct.destroy(), ...proxied]);
  }

  #by(proxy: HttpProxy): ProxyDispatcher {
    const known = this.#proxied.get(proxy);
    if (known !== undefined) return known;
    const dispatcher = new ProxyDispatcher(proxy, this.#settings);
    this.#proxied.set(proxy, dispatcher);
    return dispatcher;
  }
}
