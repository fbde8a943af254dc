import { isAlive, type KnownRun } from './known-pod.ts';
import type { KubeletNotice } from './snapshot/kubelet-notice.ts';

/**
 * Whether a Killing Event, which names no run, is about the one that is alive. Its times are whole seconds, of a clock that
 * can step back:
 *
 * - an Event from before the run started is about another one;
 * - one of the second in which an earlier run ended and this one started is about the earlier one;
 * - where an earlier run ended "after" this one started, the clock stepped back in between. An Event of the earlier life is
 *   about that one, if its preStop is still to be told.
 *
 * A listed Event may be old, so it has to be past all that: later than the start, and later than every end before it.
 *
 * @param runs the runs of the container that are remembered, `run` among them.
 */
export function concerns(
  run: KnownRun,
  runs: readonly KnownRun[],
  { lastTimestamp }: KubeletNotice,
  listed: boolean,
): boolean {
  if (lastTimestamp === null) return false;
  // Events of events.k8s.io have microseconds, statuses whole seconds.
  const toldMs = Math.floor(Date.parse(lastTimestamp) / 1000) * 1000;
  const startedMs = run.startedAt === null ? null : Date.parse(run.startedAt);
  const earlier = runs.filter((other) => !isAlive(other));
  if (listed)
    return startedMs !== null && startedMs < toldMs && !earlier.some((other) => endedFrom(other, toldMs));
  if (startedMs !== null && startedMs > toldMs) return false;
  return !earlier.some((other) => isAbout(other, toldMs, startedMs));
}

function endedFrom({ finishedAt }: KnownRun, ms: number): boolean {
  return finishedAt !== null && Date.parse(finishedAt) >= ms;
}

function isAbout(earlier: KnownRun, toldMs: number, nextStartedMs: number | null): boolean {
  if (earlier.finishedAt === null) return false;
  const finishedMs = Date.parse(earlier.finishedAt);
  if (finishedMs === toldMs && nextStartedMs === toldMs) return true;
  const wasAlive =
    earlier.startedAt !== null && Date.parse(earlier.startedAt) <= toldMs && toldMs <= finishedMs;
  return wasAlive && !earlier.stopping;
}
