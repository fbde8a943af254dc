import type { DeliveryEvent, DeliveryStore, DueDelivery } from '../delivery-store.ts';
import type { SubscriptionTarget } from '../subscription-target.ts';
import type { DeliveryWindow } from './delivery-window.ts';
import type { Lesson } from './pace.ts';
import { lastsForMs } from './retry-schedule.ts';

/** Looked at together; the next ones when these are stored. */
const AT_ONCE = 256;
/** However short the schedule: what was never tried ends only when its receiver has failed for so long. */
const SHORTEST_OUTAGE_MS = 60_000;

/**
 * The end of deliveries that no probe was made of: when a receiver fails for as long as the schedule lasts, everything
 * that has waited as long is given up, like the deliveries that were probed.
 */
interface OutlivedDeliveries {
  /** After each attempt. */
  learn(lesson: Lesson): void;
  /** Those to be given up now, open from now on, and why; empty when there are none. */
  take(): readonly { readonly event: DeliveryEvent; readonly delivery: DueDelivery; readonly why: string }[];
}

export function createOutlivedDeliveries(
  { name, schedule }: Pick<SubscriptionTarget, 'name' | 'schedule'>,
  window: Pick<DeliveryWindow, 'claim'>,
  store: Pick<DeliveryStore, 'oldestWaiting' | 'load'>,
): OutlivedDeliveries {
  const longMs = Math.max(lastsForMs(schedule), SHORTEST_OUTAGE_MS);
  /** Why there may be some; null when there are none. */
  let why: string | null = null;

  return {
    learn({ outage, news }) {
      if (outage === null) why = null;
      else if (news !== null && outage.forMs >= longMs)
        why = `the receiver failed throughout the schedule: ${outage.reason}`;
    },
    take() {
      if (why === null) return [];
      const reason = why;
      const oldest = store.oldestWaiting(name, AT_ONCE);
      const events = store.load(oldest.map(({ sequence }) => sequence));
      const over = oldest.flatMap((delivery) => {
        const event = events.get(delivery.sequence);
        const isOver = event !== undefined && (delivery.requeuedAgoMs ?? event.ageMs) >= longMs;
        return isOver ? [{ event, delivery, why: reason }] : [];
      });
      if (over.length === 0) why = null;
      // Those that are open already are found again, until they are stored.
      return over.filter(({ delivery }) => window.claim(delivery.sequence));
    },
  };
}
