import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../settings/ambient/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time on, running what falls due in its order; lets promises settle after each callback. */
  advance(ms: number): Promise<void>;
  /** The same, up to so many milliseconds after the clock's start. */
  advanceTo(ms: number): Promise<void>;
  /** Remaining times of the timers that are set, in ms, shortest first. */
  pending(): number[];
}

/** A clock that stands still until it is moved. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let elapsed = 0;
  let timers: { readonly due: number; readonly run: () => void }[] = [];
  return {
    nowMs: () => startMs + elapsed,
    monotonicMs: () => elapsed,
    after(delayMs, callback) {
      const timer = { due: elapsed + Math.max(0, delayMs), run: callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: (ms) => advanceTo(elapsed + ms),
    advanceTo,
    pending: () => timers.map(({ due }) => due - elapsed).sort((a, b) => a - b),
  };

  async function advanceTo(end: number): Promise<void> {
    for (;;) {
      const next = timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      timers = timers.filter((timer) => timer !== next);
      elapsed = Math.max(elapsed, next.due);
      next.run();
      await turn();
    }
    elapsed = Math.max(elapsed, end);
    await turn();
  }
}
