import { isDeepStrictEqual } from 'node:util';
import type { HttpProxy, ProxyFor } from '../../settings/outbound/http-proxy.ts';
import type { SubscriptionTarget } from '../delivery/subscription-target.ts';

/** Where the SDK goes for a bus without an endpoint; its region does not matter to a proxy. */
const AWS = 'https://events.us-east-1.amazonaws.com/';

/**
 * Whether a subscription is delivered as before, so that its queue and its connections can stay: a file that was read again
 * gives other objects that say the same. A guard and a Service are the same while they are the same object.
 */
export function isSameDelivery(before: SubscriptionTarget, after: SubscriptionTarget): boolean {
  return isDeepStrictEqual(comparable(before), comparable(after)) && sameParts(before, after);
}

/** What can be compared by what it says. */
function comparable(target: SubscriptionTarget): object {
  const { proxyFor = () => null, ...rest } = target;
  const { guard: _guard, service: _service, ...said } = { guard: null, service: null, ...rest };
  return { said, proxies: urlsOf(target).map((url) => proxyOf(proxyFor, url)) };
}

function sameParts(before: SubscriptionTarget, after: SubscriptionTarget): boolean {
  if (before.kind !== 'webhook' || after.kind !== 'webhook') return true;
  return before.guard === after.guard && before.service === after.service;
}

function urlsOf(target: SubscriptionTarget): string[] {
  switch (target.kind) {
    case 'webhook':
      return [target.url, ...(target.oauth2 ? [target.oauth2.tokenUrl] : [])];
    case 'eventBridge':
      return [target.endpoint ?? AWS];
    case 'unknown':
      return [];
  }
}

/** A secret shows nothing of itself, not even to a comparison. */
function proxyOf(proxyFor: ProxyFor, url: string): readonly (string | undefined)[] {
  const proxy: HttpProxy | null = proxyFor(new URL(url));
  return [proxy?.origin, proxy?.authorization?.reveal()];
}
