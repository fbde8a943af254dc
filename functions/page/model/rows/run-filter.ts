import { NAME_FILTERS, type PageFilter } from '../address/page-address.ts';
import type { ContainerRun } from '../runs/container-run.ts';
import { firstRunReaching, type Lane, runEndsMs } from '../runs/lane.ts';

/** Whether a lane's names are the wanted ones. */
export function matchesNames(lane: Lane, filter: PageFilter): boolean {
  return NAME_FILTERS.every((name) => filter[name] === null || filter[name] === lane[name]);
}

/** Whether a run is one of the wanted: its outcome, and a problem where only those are wanted. */
export function matchesRun(run: ContainerRun, { outcome, problems }: PageFilter): boolean {
  return (outcome === null || run.state === outcome) && (!problems || run.problem);
}

/** Whether only some runs are wanted; the others are faint. */
export function isRunFilter({ outcome, problems }: PageFilter): boolean {
  return outcome !== null || problems;
}

/** Whether anything is left out. */
export function isFiltered(filter: PageFilter): boolean {
  return isRunFilter(filter) || NAME_FILTERS.some((name) => filter[name] !== null);
}

/** Whether a wanted run of the lane has anything to show between the two moments. */
export function matchReaches(
  lane: Lane,
  filter: PageFilter,
  [fromMs, toMs]: readonly [number, number],
): boolean {
  for (let index = firstRunReaching(lane, fromMs); index < lane.runs.length; index += 1) {
    const run = lane.runs[index];
    if (run === undefined || (run.preparedMs ?? run.fromMs) > toMs) return false;
    if (matchesRun(run, filter) && runEndsMs(run) >= fromMs) return true;
  }
  return false;
}

/** A lane is shown when its names fit and at least one of its runs does. */
export function matchesLane(lane: Lane, filter: PageFilter): boolean {
  if (!matchesNames(lane, filter)) return false;
  if (!isRunFilter(filter)) return true;
  return lane.runs.some((run) => matchesRun(run, filter));
}
