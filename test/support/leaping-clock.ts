import { type Clock, systemClock } from '../../settings/ambient/clock.ts';

export interface LeapingClock extends Clock {
  /** How far it is ahead of the machine's clock: the sum of all waits. */
  leaptMs(): number;
}

/**
 * A clock that leaps over every wait, which is over at once: `onLeap` is told how long it would have been, and may take
 * its time. Between leaps it runs as the machine's does.
 */
export function createLeapingClock(onLeap: (ms: number) => void | Promise<void> = () => {}): LeapingClock {
  let leaptMs = 0;
  return {
    nowMs: () => systemClock.nowMs() + leaptMs,
    monotonicMs: () => systemClock.monotonicMs() + leaptMs,
    after(delayMs, callback) {
      let cancelled = false;
      leaptMs += delayMs;
      void Promise.resolve(onLeap(delayMs)).then(() => {
        if (!cancelled) callback();
      });
      return () => {
        cancelled = true;
      };
    },
    leaptMs: () => leaptMs,
  };
}
