import type { SubscriptionTarget } from '../../watcher/delivery/subscription-target.ts';
import type { Subscription } from '../../watcher/subscriptions/book.ts';

/** Every container of every life: without them, init and ephemeral containers would not be told of. */
const CONTAINER_NAMES = ['app', 'worker', 'init', 'sidecar', 'debug'] as const;

/**
 * The subscriptions of every simulated watcher, all of which want everything:
 *
 * - `patient` never gives up within the simulation; the validators read what it got
 * - `ordered` wants each container's events one after the other
 * - `impatient` gives up after three attempts, so it has dead letters, and its receiver may say 410
 *
 * In each thirteenth seed there is one more, of a tenant of which next to nothing may wait ({@link QUOTA_SUBSCRIPTION}).
 */
export const SUBSCRIPTION_NAMES = ['patient', 'ordered', 'impatient'] as const;

/** Its receiver takes everything, one at a time, but only so much may wait for it. */
export const QUOTA_SUBSCRIPTION = 'shop/audit@5e884898';
export const TENANT_LIMITS = { waiting: 2, waitingBytes: 1_000_000 };

/** @param hasQuota whether the tenant's is among them. */
export function subscriptionsOf(hasQuota: boolean): readonly Subscription[] {
  const names = hasQuota ? [...SUBSCRIPTION_NAMES, QUOTA_SUBSCRIPTION] : SUBSCRIPTION_NAMES;
  return names.map((name) => ({ name, filter: { containers: CONTAINER_NAMES } }));
}

const PATIENT = [1_000, 5_000, ...Array.from({ length: 40 }, () => 20_000)];

export function targetOf(name: string): SubscriptionTarget {
  return {
    kind: 'webhook',
    name,
    ...(name === QUOTA_SUBSCRIPTION && { tenant: 'shop' }),
    url: 'https://receiver.example/events',
    secrets: [],
    allowHttp: false,
    concurrency: name === QUOTA_SUBSCRIPTION ? 1 : 4,
    timeoutMs: 15_000,
    schedule: name === 'impatient' ? [500, 1_000] : PATIENT,
    ordering: name === 'ordered' ? 'container' : 'none',
    dropExpired: false,
  };
}
