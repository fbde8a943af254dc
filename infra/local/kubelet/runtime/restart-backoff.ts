import type { Clock } from '../../../../settings/ambient/clock.ts';

const INITIAL_MS = 10_000;
const MAX_MS = 300_000;

/** A container that ran this long since the last step starts over: twice the longest back-off. */
const RESET_AFTER_MS = 2 * MAX_MS;

/**
 * The restart back-off of one Pod's containers: 10 s, doubled at each restart, at most 5 min.
 *
 * @see client-go `util/flowcontrol/backoff.go`, `Next` and `IsInBackOffSince`; kubelet `doBackOff`
 */
export function createRestartBackoff(clock: Clock) {
  const steps = new Map<string, { delayMs: number; atMs: number }>();

  return {
    /** Milliseconds a container that ended at `finishedAtMs` still has to wait; 0 when it may start. */
    remainingMs(container: string, finishedAtMs: number): number {
      const step = steps.get(container);
      if (!step || clock.nowMs() - step.atMs > RESET_AFTER_MS) return 0;
      return Math.max(0, finishedAtMs + step.delayMs - clock.nowMs());
    },
    /** The delay in force, milliseconds. */
    delayMs: (container: string) => steps.get(container)?.delayMs ?? 0,
    /** Takes the next step, at a restart. */
    next(container: string): void {
      const nowMs = clock.nowMs();
      const step = steps.get(container);
      const delayMs =
        step && nowMs - step.atMs <= RESET_AFTER_MS ? Math.min(step.delayMs * 2, MAX_MS) : INITIAL_MS;
      steps.set(container, { delayMs, atMs: nowMs });
    },
  };
}

export type RestartBackoff = ReturnType<typeof createRestartBackoff>;

/** A whole number of seconds the way Go prints a duration: `10s`, `1m20s`, `5m0s`. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
