import type { Logger } from '../ambient/watcher-log.ts';
import type { AttemptReport } from '../delivery/delivery-observer.ts';
import type { SubscriptionTarget } from '../delivery/subscription-target.ts';

/** Whoever looks for a delivery needs to know which way it goes. */
export function logProxy(log: Logger, target: SubscriptionTarget): void {
  if (target.kind !== 'webhook') return;
  const proxy = target.proxyFor?.(new URL(target.url)) ?? null;
  if (proxy !== null)
    log.info({ subscription: target.name, proxy: proxy.origin }, 'delivers by way of a proxy');
}

/** What came of one attempt, as loud as it is bad. */
export function logAttempt(log: Logger, report: AttemptReport): void {
  const { outcome, next, retryInMs, ...details } = report;
  if (next === 'delivered') log.debug(details, 'delivered');
  else if (next === 'retry')
    log.warn({ ...details, retryInMs: Math.round(retryInMs ?? 0) }, 'not delivered; trying again');
  else log.error({ ...details, outcome }, 'not delivered; kept as a dead letter');
}
