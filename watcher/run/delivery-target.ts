import type { ConfiguredTls } from '../config/subscription-tls.ts';
import type { SubscriptionConfig } from '../config/watcher-config.ts';
import { DEFAULT_RETRY_SCHEDULE_MS } from '../delivery/queue/retry-schedule.ts';
import type { SubscriptionTarget } from '../delivery/subscription-target.ts';

/** Where and how patiently a configured subscription is delivered. The secrets are revealed here and nowhere else. */
export function deliveryTarget(subscription: SubscriptionConfig): SubscriptionTarget {
  const { name, concurrency, timeoutMs, ordering, dropExpired, proxyFor, target } = subscription;
  const schedule = subscription.retryScheduleMs ?? DEFAULT_RETRY_SCHEDULE_MS;
  const patience = {
    name,
    concurrency,
    timeoutMs,
    ordering,
    dropExpired,
    schedule,
    ...(proxyFor && { proxyFor }),
  };
  if (target.kind === 'eventBridge') return { ...patience, ...target };
  const { kind, url, secret, previousSecrets, bearerToken, allowHttp, tls } = target;
  return {
    ...patience,
    kind,
    url,
    secrets: [secret, ...previousSecrets].map((each) => each.reveal()),
    ...(bearerToken && { bearerToken: bearerToken.reveal() }),
    ...(tls && { tls: { ...(tls.ca && { ca: tls.ca }), ...(tls.client && clientOf(tls.client)) } }),
    allowHttp,
  };
}

function clientOf({ cert, key }: NonNullable<ConfiguredTls['client']>): { cert: string; key: string } {
  return { cert, key: key.reveal() };
}
