import type { DeliveryStore, DueDelivery } from '../delivery-store.ts';
import type { SubscriptionTarget } from '../subscription-target.ts';

/** Due deliveries read at a time: the journal is asked once for so many, not once for each. */
const WINDOW = 256;
/** Outcomes that may wait to be stored before no new delivery is taken. */
const MAX_UNRECORDED = 256;

/**
 * The part of a subscription's queue that is in memory: some due deliveries not yet taken, and the open ones, from
 * being taken until their outcome is stored. What is open is still due in the journal, and is not taken twice.
 */
interface DeliveryWindow {
  /** The next due delivery, open from now on; null when none is known, or too many are open. */
  take(): DueDelivery | null;
  /** There may be more in the journal than was seen: the next {@link take} that finds nothing looks there again. */
  refresh(): void;
  openCount(): number;
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
  /** The next to be taken comes last. */
  let ready: DueDelivery[] = [];
  /** Everything that was due at the last look is open or ready. */
  let exhausted = false;

  function refill(): void {
    const limit = open.size + WINDOW;
    const due = store.due(name, { limit, ordering });
    exhausted = due.length < limit;
    ready = due.filter(({ sequence }) => !open.has(sequence)).reverse();
  }

  return {
    take() {
      if (open.size >= concurrency + MAX_UNRECORDED) return null;
      if (ready.length === 0 && !exhausted) refill();
      const first = ready.pop() ?? null;
      if (first !== null) open.add(first.sequence);
      return first;
    },
    refresh() {
      exhausted = false;
    },
    openCount: () => open.size,
    settle: (sequence) => void open.delete(sequence),
    clear() {
      ready = [];
    },
  };
}
