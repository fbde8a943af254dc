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
export interface DeliveryWindow {
  /** Whether there is something to take. */
  hasDue(): boolean;
  /** The next due delivery, open from now on; null when none is known, or too many are open. */
  take(): DueDelivery | null;
  /** The same among those that were never tried. */
  takeUntried(): DueDelivery | null;
  /**
   * The one that says most of a receiver that fails: the latest that was never tried, since those that failed may have been
   * to blame themselves, and those next to them like them. Where all have failed, the one that waits longest.
   */
  takeProbe(): DueDelivery | null;
  /** Sequence numbers of those that {@link take} gives next, as far as they are known; at most `limit`. */
  next(limit: number): readonly number[];
  /** Opens a delivery that is to be taken by itself; false when it is open already. */
  claim(sequence: number): boolean;
  /**
   * What was just stored, in its order: it is taken as if it had been found in the journal.
   *
   * @returns false where that would pass over something that waits, or an order is kept: then the journal is to be asked.
   */
  offer(stored: readonly Pick<DueDelivery, 'sequence'>[]): boolean;
  /** There may be more in the journal than was seen: the next {@link take} that finds nothing looks there again. */
  refresh(): void;
  openCount(): number;
  /** The outcome is stored. */
  settle(sequence: number): void;
  /** Forgets what has not been taken, and what is known of the journal. */
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

  /** @param choose where in {@link ready}; out of it: nowhere. */
  function takeAt(choose: (all: readonly DueDelivery[]) => number): DueDelivery | null {
    if (open.size >= concurrency + MAX_UNRECORDED) return null;
    if (ready[choose(ready)] === undefined && !exhausted) refill();
    const at = choose(ready);
    const taken = ready[at];
    if (taken === undefined) return null;
    if (at === ready.length - 1) ready.pop();
    else ready.splice(at, 1);
    open.add(taken.sequence);
    return taken;
  }

  return {
    hasDue() {
      if (open.size >= concurrency + MAX_UNRECORDED) return false;
      if (ready.length === 0 && !exhausted) refill();
      return ready.length > 0;
    },
    take: () => takeAt((all) => all.length - 1),
    takeUntried: () => takeAt((all) => all.findLastIndex(isUntried)),
    takeProbe() {
      ready = [];
      exhausted = false;
      return takeAt((all) => {
        const latest = all.findIndex(isUntried);
        return latest < 0 ? all.length - 1 : latest;
      });
    },
    next: (limit) => ready.slice(Math.max(0, ready.length - limit)).map(({ sequence }) => sequence),
    claim(sequence) {
      if (open.has(sequence)) return false;
      open.add(sequence);
      ready = ready.filter((each) => each.sequence !== sequence);
      return true;
    },
    offer(stored) {
      if (!exhausted || ready.length > 0 || ordering !== 'none') return false;
      ready = stored.map(newDelivery).reverse();
      return true;
    },
    refresh() {
      exhausted = false;
    },
    openCount: () => open.size,
    settle: (sequence) => void open.delete(sequence),
    clear() {
      ready = [];
      exhausted = false;
    },
  };
}

/** As the journal has what was never tried. */
function newDelivery({ sequence }: Pick<DueDelivery, 'sequence'>): DueDelivery {
  return { sequence, attempts: 0, ownFailures: 0, requeuedAgoMs: null };
}

function isUntried({ attempts }: DueDelivery): boolean {
  return attempts === 0;
}
