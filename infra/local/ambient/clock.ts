/**
 * Time as an argument: the API server model and the kubelet model take every "now" and every wait from here, so a
 * test replays a minute in milliseconds. `nowMs` is milliseconds since 1970; `after` runs a callback once and returns
 * the function that cancels it. Any object with these two methods fits.
 */
export interface Clock {
  nowMs(): number;
  after(delayMs: number, callback: () => void): () => void;
}

/** The machine's own clock. */
export const realClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * A clock whose timers can all be dropped at once, so that closing the cluster leaves nothing running.
 *
 * Waits that were pending at `close` never end: whoever awaits one is simply forgotten.
 */
export function createClosableClock(clock: Clock): Clock & { close(): void } {
  const pending = new Set<() => void>();
  let closed = false;
  return {
    nowMs: () => clock.nowMs(),
    after(delayMs, callback) {
      if (closed) return () => {};
      const cancel = clock.after(delayMs, () => {
        pending.delete(cancel);
        callback();
      });
      pending.add(cancel);
      return () => {
        pending.delete(cancel);
        cancel();
      };
    },
    close() {
      closed = true;
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
}

/** Resolves `delayMs` milliseconds from now on `clock`. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

/** RFC 3339 in whole seconds, cut not rounded, as `metav1.Time` is written. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 with microseconds, as `metav1.MicroTime` is written (Events of the scheduler). */
export function microTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}
