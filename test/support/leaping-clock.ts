import type { Clock } from '../../settings/ambient/clock.ts';

export interface LeapingClock extends Clock {
  /** The sum of all waits. */
  leaptMs(): number;
}

/** One for all of a file, so that two clocks agree however long a busy machine takes between them. */
const BEGAN_MS = Date.now();

/**
 * A clock that leaps over every wait, which is over at once: `onLeap` is told how long it would have been, and may take
 * its time. Between leaps it stands still.
 */
export function createLeapingClock(onLeap: (ms: number) => void | Promise<void> = () => {}): LeapingClock {
  let leaptMs = 0;
  return {
    nowMs: () => BEGAN_MS + leaptMs,
    monotonicMs: () => leaptMs,
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
