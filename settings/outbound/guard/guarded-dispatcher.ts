import type { Dispatcher } from 'undici';
import type { ConnectionSettings } from '../connection-settings.ts';
import type { ProxyFor } from '../http-proxy.ts';
import { OutboundDispatcher } from '../outbound-dispatcher.ts';
import { CONNECT_DIRECTLY } from '../proxy-rules.ts';
import type { EgressGuard } from './create-guard.ts';
import { DestinationDenied } from './denial.ts';
import { createGuardedConnector } from './guarded-connector.ts';

/** Of any origin that the guard lets through: directly, or by way of the proxies that it trusts. */
export class GuardedDispatcher extends OutboundDispatcher {
  readonly #guard: EgressGuard;

  constructor(guard: EgressGuard, proxyFor: ProxyFor, settings: Omit<ConnectionSettings, 'reach'>) {
    const { connectTimeoutMs, tls, targetTls } = settings;
    const reach = createGuardedConnector(guard, {
      connectTimeoutMs,
      ...(tls?.ca && { tls: { ca: tls.ca } }),
      ...(targetTls && { targetTls }),
      passesOverProxy: (url) => proxyFor(url) !== null,
    });
    super(guard.trustsProxies ? proxyFor : CONNECT_DIRECTLY, { ...settings, reach });
    this.#guard = guard;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    // By way of a proxy there is no connection that the guard could see.
    const denial = this.#guard.judge(new URL(String(options.origin)));
    if (denial !== null) throw new DestinationDenied(denial);
    return super.dispatch(options, handler);
  }
}
