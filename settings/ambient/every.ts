import type { Clock } from './clock.ts';

/**
 * Does `work` again and again, the first time after one interval. An interval begins when the work before it is done, so
 * rounds never overlap.
 *
 * @param intervalMs a function is asked before each interval.
 * @param work must not reject.
 * @returns ends it; a round that is under way goes on.
 */
export function every(
  clock: Clock,
  intervalMs: number | (() => number),
  work: () => Promise<void> | void,
): () => void {
  let stopped = false;
  let cancel = () => {};
  function pause(): void {
    if (stopped) return;
    cancel = clock.after(typeof intervalMs === 'number' ? intervalMs : intervalMs(), round);
  }
  function round(): void {
    const done = work();
    if (done === undefined) pause();
    else void done.then(pause);
  }
  pause();
  return () => {
    stopped = true;
    cancel();
  };
}
