import type { Logger } from '../ambient/watcher-log.ts';
import type { AttemptReport, ReceiverTurn } from '../delivery/delivery-observer.ts';
import type { SubscriptionTarget } from '../delivery/subscription-target.ts';

/** Whoever looks for a delivery needs to know which way it goes. */
export function logProxy(log: Logger, target: SubscriptionTarget): void {
  if (target.kind !== 'webhook') return;
  const proxy = target.proxyFor?.(new URL(target.url)) ?? null;
  if (proxy !== null)
    log.info({ subscription: target.name, proxy: proxy.origin }, 'delivers by way of a proxy');
}

/**
 * What came of one attempt. A line each is for whoever looks closely: that a receiver fails, and that it takes something
 * again, is told once ({@link logTurn}). What will not be delivered is told always.
 */
export function logAttempt(log: Logger, report: AttemptReport): void {
  const { outcome, next, retryInMs, ...rest } = report;
  const details = inWholeMs(rest);
  if (next === 'delivered') log.debug(details, 'delivered');
  else if (next === 'retry')
    log.debug({ ...details, retryInMs: Math.round(retryInMs ?? 0) }, 'not delivered; trying again');
  else log.error({ ...details, outcome }, 'not delivered; kept as a dead letter');
}

/** @param waiting deliveries that are pending; null when they could not be counted. */
export function logTurn(
  log: Logger,
  { kind, subscription, outage, clockSkewMs }: ReceiverTurn,
  waiting: number | null,
): void {
  const { reason, failures: failedAttempts } = outage;
  const counts = { waiting, failedAttempts };
  if (kind === 'failing') {
    const nextAttemptInSeconds = Math.round(outage.nextInMs / 1000);
    log.warn(
      {
        subscription,
        reason,
        ...(clockSkewMs !== undefined && { clockSkewMs: Math.round(clockSkewMs) }),
        ...counts,
        nextAttemptInSeconds,
      },
      'the receiver fails: events wait, and one at a time is tried',
    );
    return;
  }
  const failedForSeconds = Math.round(outage.forMs / 1000);
  log.warn(
    { subscription, failedForSeconds, lastReason: reason, ...counts },
    'the receiver takes events again: what waits goes out',
  );
}

/** Durations as whole milliseconds: nobody measures a network in more digits. */
function inWholeMs<T extends Pick<AttemptReport, 'durationMs' | 'observedToSentMs' | 'clockSkewMs'>>(
  details: T,
) {
  const { clockSkewMs } = details;
  return {
    ...details,
    durationMs: Math.round(details.durationMs),
    observedToSentMs: Math.round(details.observedToSentMs),
    ...(clockSkewMs !== undefined && { clockSkewMs: Math.round(clockSkewMs) }),
  };
}
