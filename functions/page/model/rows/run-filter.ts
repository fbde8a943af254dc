import { NAME_FILTERS, type PageFilter } from '../address/page-address.ts';
import type { ContainerRun } from '../runs/container-run.ts';
import type { Lane } from '../runs/lane.ts';

/** Whether a lane's names are the wanted ones. */
export function matchesNames(lane: Lane, filter: PageFilter): boolean {
  return NAME_FILTERS.every((name) => filter[name] === null || filter[name] === lane[name]);
}

/** Whether a run is one of the wanted: its outcome, and a problem where only those are wanted. */
export function matchesRun(run: ContainerRun, { outcome, problems }: PageFilter): boolean {
  return (outcome === null || run.state === outcome) && (!problems || run.problem);
}

/** A lane is shown when its names fit and at least one of its runs does. */
export function matchesLane(lane: Lane, filter: PageFilter): boolean {
  if (!matchesNames(lane, filter)) return false;
  if (filter.outcome === null && !filter.problems) return true;
  return lane.runs.some((run) => matchesRun(run, filter));
}
