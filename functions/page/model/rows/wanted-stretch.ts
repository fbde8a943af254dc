import type { PageFilter } from '../address/page-address.ts';
import type { Lane } from '../runs/lane.ts';
import { matchesNames, matchesRun } from './run-filter.ts';

/** From the beginning of the first run that fits the filter to the end of the last; null when none does. */
export function wantedStretch(
  lanes: Iterable<Lane>,
  filter: PageFilter,
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } | null {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const lane of lanes) {
    if (!matchesNames(lane, filter)) continue;
    for (const run of lane.runs) {
      if (!matchesRun(run, filter)) continue;
      fromMs = Math.min(fromMs, run.preparedMs ?? run.fromMs);
      toMs = Math.max(toMs, run.toMs ?? nowMs);
    }
  }
  return fromMs <= toMs ? { fromMs, toMs } : null;
}
