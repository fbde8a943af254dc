import type { ContainerRun } from '../runs/container-run.ts';
import { type Lane, laneBeginsMs } from '../runs/lane.ts';

/** What needs eyes, the most urgent first. */
export const URGENCIES = ['failing', 'changed', 'calm'] as const;

/**
 * - `failing`: a container's last run ended badly and nothing has taken its place, it has just started again after that
 *   (the kubelet forgets a crash once a container has run for ten minutes), or a handler of its events failed.
 * - `changed`: something happened within the last quarter of an hour.
 * - `calm`: the rest.
 */
export type Urgency = (typeof URGENCIES)[number];

const MINUTE = 60_000;
const LATELY_MS = 15 * MINUTE;
const FORGIVEN_MS = 10 * MINUTE;
/** What failed longer ago, and was left so, is no news; a nightly job has its turn again within it. */
const DAY_MS = 1_440 * MINUTE;

/** @param lanes of one owner, or of the ReplicaSets of one Deployment. */
export function urgencyOf(lanes: readonly Lane[], nowMs: number): Urgency {
  const latest = new Map<string, number>();
  for (const lane of lanes) {
    latest.set(lane.container, Math.max(latest.get(lane.container) ?? 0, laneBeginsMs(lane)));
  }
  if (lanes.some((lane) => isFailing(lane, latest.get(lane.container) ?? 0, nowMs))) return 'failing';
  return lanes.some((lane) => hasChanged(lane, nowMs)) ? 'changed' : 'calm';
}

/** @param latestMs when the youngest container of that name began. */
function isFailing({ runs }: Lane, latestMs: number, nowMs: number): boolean {
  const last = runs.at(-1);
  if (last === undefined) return false;
  const recent = runs.filter(({ toMs }) => (toMs ?? nowMs) > nowMs - DAY_MS);
  if (recent.some(({ standing }) => standing === 'retrying' || standing === 'givenUp')) return true;
  if (last.toMs === null) return isBad(runs.at(-2)) && nowMs - last.fromMs < FORGIVEN_MS;
  return isBad(last) && last.toMs > nowMs - DAY_MS && latestMs <= last.toMs;
}

/** A run that was asked to end may end as it likes. */
function isBad(run: ContainerRun | undefined): boolean {
  if (run === undefined || run.stop !== null) return false;
  return run.state === 'error' || run.state === 'oomKilled' || run.state === 'unknown';
}

function hasChanged({ runs }: Lane, nowMs: number): boolean {
  return runs.some(({ marks }) => (marks.at(-1)?.atMs ?? 0) > nowMs - LATELY_MS);
}
