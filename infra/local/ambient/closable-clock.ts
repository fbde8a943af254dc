import type { Clock } from '../../../settings/ambient/clock.ts';

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
    monotonicMs: () => clock.monotonicMs(),
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
