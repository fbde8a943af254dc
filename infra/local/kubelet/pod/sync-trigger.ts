import type { Clock } from '../../../../settings/ambient/clock.ts';

/**
 * Runs `sync` whenever it is asked to, one at a time: what is asked for while it runs leads to one more run after it.
 *
 * `later` replaces the wait asked for before, as the kubelet's work queue does.
 */
export function createSyncTrigger(
  clock: Clock,
  sync: () => Promise<void>,
  onError: (error: unknown) => void,
) {
  let running = false;
  let wanted = false;
  let stopped = false;
  let cancelLater = () => {};

  async function runAll(): Promise<void> {
    running = true;
    try {
      while (wanted && !stopped) {
        wanted = false;
        await sync();
      }
    } finally {
      running = false;
    }
  }

  function now(): void {
    wanted = true;
    if (!running && !stopped) runAll().catch(onError);
  }

  return {
    now,
    later(delayMs: number): void {
      cancelLater();
      cancelLater = clock.after(delayMs, now);
    },
    stop(): void {
      stopped = true;
      cancelLater();
    },
  };
}
