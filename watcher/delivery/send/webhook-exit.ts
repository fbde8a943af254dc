import { buildConnector, type Dispatcher, Pool } from 'undici';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { boundAnswers } from '../../../settings/outbound/bounded-answer.ts';
import type { ConnectionSettings } from '../../../settings/outbound/connection-settings.ts';
import { createGuardedConnector } from '../../../settings/outbound/guard/guarded-connector.ts';
import { ProxyDispatcher } from '../../../settings/outbound/proxy-dispatcher.ts';
import type { WebhookTarget } from '../subscription-target.ts';
import { createServiceConnector } from './service-connector.ts';

/** All that may come as one answer, with informational ones (103), status line and headers: 16 KiB are usual. */
const MOST_BYTES_AN_ANSWER = 262_144;
/** A connection to a Pod is not used longer, or one that was taken out of its Service would go on getting events. */
const LONGEST_TO_POD_MS = 30_000;

export type ExitDependencies = {
  readonly clock: Clock;
  /** What connections are made with, besides the system's certificates and resolver. */
  readonly connect?: ConnectionSettings['tls'];
};

/** Where requests go out, and how. */
type ExitTarget = Pick<WebhookTarget, 'concurrency' | 'timeoutMs' | 'proxyFor' | 'tls' | 'guard' | 'service'>;

/** Where requests of one subscription go out. */
export type WebhookExit = {
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
  /** Whether what is waited for is a proxy. */
  readonly waitsForProxy: () => boolean;
};

/** The deadline is the requests' alone: it covers connecting, waiting and reading, and follows the injected clock. */
export function openWebhookExit(url: URL, target: ExitTarget, dependencies: ExitDependencies): WebhookExit {
  const { concurrency: connections, timeoutMs, tls: targetTls, guard, service } = target;
  const { connect } = dependencies;
  const proxy = target.proxyFor?.(url) ?? null;
  if (service === undefined && proxy !== null && guard?.trustsProxies !== false) {
    const limits = { connections, connectTimeoutMs: timeoutMs, answerLimitBytes: MOST_BYTES_AN_ANSWER };
    const dispatcher = new ProxyDispatcher(proxy, {
      ...limits,
      ...(connect && { tls: connect }),
      ...(targetTls && { targetTls }),
    });
    return { dispatcher, close: () => dispatcher.disconnect(), waitsForProxy: () => dispatcher.isWaitedFor };
  }
  const dispatcher = new Pool(url.origin, {
    connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(service && { clientTtl: LONGEST_TO_POD_MS }),
    connect: boundAnswers(connectorOf(target, proxy !== null, dependencies), MOST_BYTES_AN_ANSWER),
  });
  return { dispatcher, close: () => dispatcher.destroy(), waitsForProxy: () => false };
}

function connectorOf(
  { timeoutMs, tls: targetTls, guard, service }: ExitTarget,
  hasProxy: boolean,
  { clock, connect }: ExitDependencies,
): buildConnector.connector {
  if (service !== undefined) {
    const tls = { ...(connect && { tls: connect }), ...(targetTls && { targetTls }) };
    return createServiceConnector(service, { clock, connectTimeoutMs: timeoutMs, ...tls });
  }
  if (guard === undefined) {
    return buildConnector({ timeout: timeoutMs, allowH2: false, ...connect, ...targetTls });
  }
  return createGuardedConnector(guard, {
    // Sooner than the attempt ends, which would say nothing of a proxy that was passed over.
    connectTimeoutMs: Math.floor(timeoutMs / 2),
    ...(connect?.ca && { tls: { ca: connect.ca } }),
    ...(targetTls && { targetTls }),
    passesOverProxy: () => hasProxy,
  });
}
