import type { Clock } from '../../../settings/ambient/clock.ts';
import type { DeliveryStore, DueDelivery } from '../delivery-store.ts';
import type { DeliveryShares } from '../share/delivery-shares.ts';
import { createRateLimit } from '../share/rate-limit.ts';
import type { SubscriptionTarget } from '../subscription-target.ts';
import type { DeliveryWindow } from './delivery-window.ts';
import type { Pace } from './pace.ts';

/** What goes out now, or how long to wait for it; null: until an attempt ends, there is room, or something new comes. */
type Supplied =
  | { readonly delivery: DueDelivery; readonly isProbe: boolean }
  | { readonly delivery: null; readonly waitMs: number | null };

/** What is due, as fast as its receiver may be served, and as its share allows. */
interface DeliverySupply {
  /** @param underWay attempts that have begun and not ended. */
  next(underWay: number): Supplied;
  /** An attempt at what was supplied begins. */
  begun(): void;
  /** One that began has ended. */
  ended(): void;
  /** Supplies nothing more; what began may end. */
  leave(): void;
  /** More is due in the journal than was seen. What waits there for a time is as before: nobody looks before it is sent. */
  renew(): void;
  /** As {@link DeliverySupply.renew}, with what was just stored. Returns what of it need not be looked for. */
  offer<Stored extends { readonly sequence: number }>(stored: readonly Stored[]): readonly Stored[];
  /** There may be more in the journal than was seen. */
  refresh(): void;
  /** Whether something due waits for a rate. */
  isThrottled(): boolean;
}

type SupplyDependencies = {
  readonly window: DeliveryWindow;
  readonly pace: Pick<Pace, 'admits' | 'probeInMs'>;
  readonly store: Pick<DeliveryStore, 'nextDueInMs'>;
  readonly shares: DeliveryShares;
  /** There is room for one that was held back by the shares of others. */
  readonly onRoom: () => void;
  readonly clock: Pick<Clock, 'monotonicMs'>;
};

export function createDeliverySupply(
  target: Pick<SubscriptionTarget, 'name' | 'tenant' | 'maxPerMinute'>,
  { window, pace, store, shares, onRoom, clock }: SupplyDependencies,
): DeliverySupply {
  const slots = shares.join(target, onRoom);
  const rate = createRateLimit(target.maxPerMinute ?? null);
  /** The journal was asked what waits for a time, and somebody waits for it. */
  let nextIsKnown = false;
  let isAboveRate = false;

  function wait(waitMs: number | null): Supplied {
    nextIsKnown = false;
    return { delivery: null, waitMs };
  }

  /** For the time of a probe, or for an attempt to end. */
  function held(): Supplied {
    const probeInMs = pace.probeInMs();
    return wait(probeInMs === 0 ? null : probeInMs);
  }

  function nothingDue(): Supplied {
    if (nextIsKnown) return { delivery: null, waitMs: null };
    nextIsKnown = true;
    return { delivery: null, waitMs: store.nextDueInMs(target.name) };
  }

  function take(admission: 'any' | 'untried' | 'probe'): Supplied {
    const isProbe = admission === 'probe';
    const delivery = isProbe
      ? window.takeProbe()
      : admission === 'any'
        ? window.take()
        : window.takeUntried();
    if (delivery !== null) return { delivery, isProbe };
    return admission === 'untried' ? held() : nothingDue();
  }

  return {
    next(underWay) {
      isAboveRate = false;
      const admission = pace.admits(underWay);
      if (admission === 'none') return held();
      if (!window.hasDue()) return admission === 'untried' ? held() : nothingDue();
      const rateMs = rate.waitMs(clock.monotonicMs());
      isAboveRate = rateMs > 0;
      if (isAboveRate) return wait(rateMs);
      return slots.admits() ? take(admission) : wait(null);
    },
    begun() {
      rate.spend(clock.monotonicMs());
      slots.begin();
    },
    ended: slots.end,
    leave: slots.leave,
    renew: window.refresh,
    offer(stored) {
      if (window.offer(stored)) return stored;
      window.refresh();
      return [];
    },
    refresh() {
      window.refresh();
      nextIsKnown = false;
    },
    isThrottled: () => isAboveRate || slots.isThrottled(),
  };
}
