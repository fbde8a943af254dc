import { type Clock, systemClock } from '../../settings/ambient/clock.ts';

export interface SkippingClock extends Clock {
  /** Time moves on by so much at once; what falls due meanwhile runs now, in its order. */
  skip(ms: number): void;
}

type Timer = { readonly dueMs: number; readonly run: () => void; readonly cancel: () => void };

/** The machine's clock, for real sockets and processes, that can be moved on over waits nobody wants to sit through. */
export function createSkippingClock(): SkippingClock {
  let skippedMs = 0;
  const timers = new Set<Timer>();
  const nowMs = () => systemClock.monotonicMs() + skippedMs;

  return {
    nowMs: () => systemClock.nowMs() + skippedMs,
    monotonicMs: nowMs,
    after(delayMs, callback) {
      const run = () => {
        timers.delete(timer);
        callback();
      };
      const timer: Timer = { dueMs: nowMs() + delayMs, run, cancel: systemClock.after(delayMs, run) };
      timers.add(timer);
      return () => {
        timers.delete(timer);
        timer.cancel();
      };
    },
    skip(ms) {
      skippedMs += ms;
      const due = [...timers].filter(({ dueMs }) => dueMs <= nowMs());
      for (const timer of due.toSorted((one, other) => one.dueMs - other.dueMs)) {
        if (!timers.has(timer)) continue;
        timer.cancel();
        timer.run();
      }
    },
  };
}
