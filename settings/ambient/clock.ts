/**
 * Time as an argument, so that tests and the simulation can drive it.
 *
 * `nowMs` is wall time (milliseconds since 1970) for what people and receivers read; `monotonicMs` never goes back
 * and measures every wait. `after` runs a callback once and returns the function that cancels it.
 */
export interface Clock {
  nowMs(): number;
  monotonicMs(): number;
  after(delayMs: number, callback: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
