import type { DeliveryStore, DueDelivery } from '../delivery-store.ts';
import type { DeliveryWindow } from './delivery-window.ts';
import type { Pace } from './pace.ts';

/** What goes out now, or how long to wait for it; null: until an attempt ends or something new comes. */
type Supplied =
  | { readonly delivery: DueDelivery; readonly isProbe: boolean }
  | { readonly delivery: null; readonly waitMs: number | null };

/** What is due, as fast as its receiver may be served. */
interface DeliverySupply {
  /** @param underWay attempts that have begun and not ended. */
  next(underWay: number): Supplied;
  /** There may be more in the journal than was seen. */
  refresh(): void;
}

export function createDeliverySupply(
  name: string,
  {
    window,
    pace,
    store,
  }: {
    readonly window: DeliveryWindow;
    readonly pace: Pick<Pace, 'admits' | 'probeInMs'>;
    readonly store: Pick<DeliveryStore, 'nextDueInMs'>;
  },
): DeliverySupply {
  /** The journal was asked what waits for a time, and somebody waits for it. */
  let nextIsKnown = false;

  /** For the time of a probe, or for an attempt to end. */
  function held(): Supplied {
    nextIsKnown = false;
    const probeInMs = pace.probeInMs();
    return { delivery: null, waitMs: probeInMs === 0 ? null : probeInMs };
  }

  function nothingDue(): Supplied {
    if (nextIsKnown) return { delivery: null, waitMs: null };
    nextIsKnown = true;
    return { delivery: null, waitMs: store.nextDueInMs(name) };
  }

  function supplied(delivery: DueDelivery | null, isProbe: boolean): Supplied {
    return delivery === null ? nothingDue() : { delivery, isProbe };
  }

  return {
    next(underWay) {
      switch (pace.admits(underWay)) {
        case 'any':
          return supplied(window.take(), false);
        case 'probe':
          return supplied(window.takeProbe(), true);
        case 'untried': {
          const delivery = window.takeUntried();
          return delivery === null ? held() : { delivery, isProbe: false };
        }
        case 'none':
          return held();
      }
    },
    refresh() {
      window.refresh();
      nextIsKnown = false;
    },
  };
}
