import type { LaneRow, Row } from '../../../model/rows/owner-rows.ts';
import type { ContainerRun } from '../../../model/runs/container-run.ts';

/** The row `step` rows on that can be stood on (lanes, and closed groups); stays at the ends. */
export function nextRow(rows: readonly Row[], current: Row, step: number): Row {
  const stops = rows.filter((row) => row.kind === 'lane' || row.collapsed);
  const at = stops.findIndex(({ kind, key }) => kind === current.kind && key === current.key);
  return stops[Math.min(Math.max(at + step, 0), stops.length - 1)] ?? current;
}

/** The run of a lane that is nearest to a moment. */
export function nearestRun({ lane }: LaneRow, atMs: number, nowMs: number): ContainerRun | null {
  let nearest: ContainerRun | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const run of lane.runs) {
    const off = Math.max(run.fromMs - atMs, atMs - (run.toMs ?? nowMs), 0);
    if (off <= distance) {
      nearest = run;
      distance = off;
    }
  }
  return nearest;
}
