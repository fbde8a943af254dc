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
 */
export const SUBSCRIPTION_NAMES = ['patient', 'ordered', 'impatient'] as const;
export type SubscriptionName = (typeof SUBSCRIPTION_NAMES)[number];

export const SUBSCRIPTIONS: readonly Subscription[] = SUBSCRIPTION_NAMES.map((name) => ({
  name,
  filter: { containers: CONTAINER_NAMES },
}));

const PATIENT = [1_000, 5_000, ...Array.from({ length: 40 }, () => 20_000)];

export function targetOf(name: SubscriptionName): SubscriptionTarget {
  return {
    kind: 'webhook',
    name,
    url: `https://${name}.example/events`,
    secrets: [],
    allowHttp: false,
    concurrency: 4,
    timeoutMs: 15_000,
    schedule: name === 'impatient' ? [500, 1_000] : PATIENT,
    ordering: name === 'ordered' ? 'container' : 'none',
    dropExpired: false,
  };
}
