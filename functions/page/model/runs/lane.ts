import type { TimelineEntry } from '../../../timeline/timeline.ts';
import { plainOrder } from '../text/text-order.ts';
import { buildRuns } from './build-runs.ts';
import type { ContainerRun } from './container-run.ts';

/**
 * One container of one Pod, with all its runs: what one line of the timeline shows.
 *
 * @property key unique on the page.
 * @property runs by their start.
 * @property latestEnds latestEnds[i] is the latest end of runs 0 to i (Infinity while one runs): with it the first
 *   run that reaches into a window is found without looking at all of them.
 * @property restarts the highest restart count that was told.
 */
export type Lane = {
  readonly key: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly owner: string | null;
  readonly node: string | null;
  readonly container: string;
  readonly containerKind: string;
  readonly runs: readonly ContainerRun[];
  readonly latestEnds: readonly number[];
  readonly restarts: number;
  readonly problem: boolean;
};

/** Which lane an event belongs to; null for one that concerns no container. */
export function laneKey({ stream, podUid, container }: TimelineEntry): string | null {
  return podUid === null || container === null ? null : `${stream} ${podUid} ${container}`;
}

/** @param entries all of one container, at least one, in any order. */
export function buildLane(key: string, entries: readonly TimelineEntry[]): Lane {
  const runs = buildRuns(key, entries);
  const facts = newestFirst(entries);
  const say = (read: (entry: TimelineEntry) => string | null) =>
    facts.map(read).find((value) => value !== null) ?? null;
  return {
    key,
    cluster: say((entry) => entry.cluster) ?? '',
    namespace: say((entry) => entry.namespace) ?? '',
    pod: say((entry) => entry.pod) ?? '',
    podUid: say((entry) => entry.podUid) ?? '',
    owner: say((entry) => entry.owner),
    node: say((entry) => entry.node),
    container: say((entry) => entry.container) ?? '',
    containerKind: say((entry) => entry.containerKind) ?? 'app',
    runs,
    latestEnds: latestEnds(runs),
    restarts: Math.max(0, ...entries.map((entry) => entry.restartCount ?? 0)),
    problem: runs.some((run) => run.problem),
  };
}

/** The first run that may reach into a window beginning at `fromMs`; the number of runs when none does. */
export function firstRunReaching({ latestEnds }: Lane, fromMs: number): number {
  let low = 0;
  let high = latestEnds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((latestEnds[middle] ?? 0) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same for lanes that do not overlap, by their beginning: the first that may reach into the window. */
export function firstLaneReaching(lanes: readonly Lane[], fromMs: number): number {
  let low = 0;
  let high = lanes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lanes[middle]?.latestEnds.at(-1) ?? 0) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether one run goes on through all of the stretch, and nothing happens to it, nor is anything wrong with it. */
export function laneIsIdle(lane: Lane, fromMs: number, toMs: number): boolean {
  const run = lane.runs[firstRunReaching(lane, fromMs)];
  if (run === undefined || run.problem || run.stop !== null) return false;
  const throughout = run.fromMs < fromMs && (run.toMs === null || run.toMs > toMs);
  return throughout && !run.marks.some(({ atMs }) => atMs >= fromMs && atMs <= toMs);
}

/** When nothing more is to be seen of a run; +Infinity while it lives. */
export function runEndsMs({ toMs, stop }: ContainerRun): number {
  return Math.max(toMs ?? Number.POSITIVE_INFINITY, stop?.deadlineMs ?? Number.NEGATIVE_INFINITY);
}

/** When the lane begins: its first sign of life. */
export function laneBeginsMs({ runs }: Lane): number {
  const [first] = runs;
  return first === undefined ? 0 : (first.preparedMs ?? first.fromMs);
}

function latestEnds(runs: readonly ContainerRun[]): readonly number[] {
  let latest = Number.NEGATIVE_INFINITY;
  return runs.map((run) => {
    latest = Math.max(latest, runEndsMs(run));
    return latest;
  });
}

function newestFirst(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
  return entries.toSorted((a, b) => b.occurredAtMs - a.occurredAtMs || plainOrder(a.eventId, b.eventId));
}
