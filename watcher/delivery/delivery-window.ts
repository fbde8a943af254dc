import type { DeliveryStore, DueDelivery } from './delivery-store.ts';
import type { SubscriptionTarget } from './subscription-target.ts';

/** Due deliveries read at a time: the journal is asked once for so many, not once for each. */
const WINDOW = 64;
/** Outcomes that may wait to be stored before no new delivery is taken. */
const MAX_UNRECORDED = 256;

/**
 * The part of a subscription's queue that is in memory: some due deliveries not yet taken, and the open ones, from
 * being taken until their outcome is stored. What is open is still due in the journal, and is not taken twice.
 */
export interface DeliveryWindow {
  /** The next due delivery, open from now on; null when there is none, or too many are open. */
  take(): DueDelivery | null;
  /** The outcome is stored. */
  settle(sequence: number): void;
  /** Forgets what has not been taken. */
  clear(): void;
}

export function createDeliveryWindow(
  { name, ordering, concurrency }: SubscriptionTarget,
  store: Pick<DeliveryStore, 'due'>,
): DeliveryWindow {
  const open = new Set<number>();
  let ready: readonly DueDelivery[] = [];

  function refill(): void {
    const due = store.due(name, { limit: open.size + WINDOW, ordering });
    ready = due.filter(({ sequence }) => !open.has(sequence));
  }

  return {
    take() {
      if (open.size >= concurrency + MAX_UNRECORDED) return null;
      if (ready.length === 0) refill();
      const [first = null, ...rest] = ready;
      ready = rest;
      if (first !== null) open.add(first.sequence);
      return first;
    },
    settle: (sequence) => void open.delete(sequence),
    clear() {
      ready = [];
    },
  };
}
