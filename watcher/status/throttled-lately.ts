import type { Clock } from '../../settings/ambient/clock.ts';

/** A pause, or a rate that is used up, comes and goes by the second: whoever reads of it wants to know of lately. */
const LATELY_MS = 60_000;

interface ThrottledLately {
  /** Whether it is so, or was within the last minute. @param now whether it is so at this moment. */
  of(subscription: string, now: boolean): boolean;
  /** Forgets every subscription but these. */
  retain(subscriptions: ReadonlySet<string>): void;
}

export function createThrottledLately(clock: Pick<Clock, 'monotonicMs'>): ThrottledLately {
  /** Until when. */
  const lately = new Map<string, number>();
  return {
    of(subscription, now) {
      if (now) lately.set(subscription, clock.monotonicMs() + LATELY_MS);
      return (lately.get(subscription) ?? 0) > clock.monotonicMs();
    },
    retain(subscriptions) {
      for (const name of lately.keys()) if (!subscriptions.has(name)) lately.delete(name);
    },
  };
}
