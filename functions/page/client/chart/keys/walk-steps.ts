import type { LaneRow, Row } from '../../../model/rows/lay-out.ts';
import type { ContainerRun } from '../../../model/runs/container-run.ts';

/** The row `step` rows on that can be stood on (lanes, folds and closed groups); stays at the ends. */
export function nextRow(rows: readonly Row[], current: Row, step: number): Row {
  const stops = rows.filter((row) => row.kind !== 'group' || row.collapsed);
  const at = stops.findIndex(({ kind, key }) => kind === current.kind && key === current.key);
  return stops[Math.min(Math.max(at + step, 0), stops.length - 1)] ?? current;
}

/** All runs of a line, the oldest first. */
export function runsOf({ lanes }: LaneRow): readonly ContainerRun[] {
  return lanes.flatMap(({ runs }) => runs);
}

/** The run of a line that is nearest to a moment. */
export function nearestRun(row: LaneRow, atMs: number, nowMs: number): ContainerRun | null {
  let nearest: ContainerRun | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const run of runsOf(row)) {
    const off = Math.max(run.fromMs - atMs, atMs - (run.toMs ?? nowMs), 0);
    if (off <= distance) {
      nearest = run;
      distance = off;
    }
  }
  return nearest;
}
