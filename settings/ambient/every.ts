import type { Clock } from './clock.ts';

/** Calls `work` every `intervalMs`, the first time after one interval. Returns what ends it. */
export function repeat(clock: Clock, intervalMs: number, work: () => void): () => void {
  let stopped = false;
  let cancel = clock.after(intervalMs, tick);
  function tick(): void {
    work();
    if (!stopped) cancel = clock.after(intervalMs, tick);
  }
  return () => {
    stopped = true;
    cancel();
  };
}
