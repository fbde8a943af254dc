import { rowIndexAt } from '../../model/rows/lay-out.ts';
import type { ContainerRun } from '../../model/runs/container-run.ts';
import { firstLaneReaching, firstRunReaching, type Lane, laneBeginsMs } from '../../model/runs/lane.ts';
import { noteConcerns } from '../../model/runs/note-concerns.ts';
import type { ClusterNote } from '../../model/runs/trail.ts';
import { BAR_HEIGHT, BAR_TOP, endX, nearX, type Scene, timeAt } from './scene.ts';

/** What is under a point of the drawing. */
export type Hit =
  | { readonly kind: 'run'; readonly lane: Lane; readonly run: ContainerRun }
  | { readonly kind: 'note'; readonly note: ClusterNote };

/** @param slack how far beside a bar still counts, in pixels: more for fingers. */
export function hitTest(
  scene: Scene,
  { x, y }: { readonly x: number; readonly y: number },
  slack: number,
): Hit | null {
  const row = scene.rows[rowIndexAt(scene.rows, y + scene.scrollTop)];
  if (row === undefined || y + scene.scrollTop > row.y + row.height) return null;
  if (row.kind === 'lane') {
    const found = nearestRun(scene, row.lanes, { x, slack });
    if (found !== null) return { kind: 'run', ...found };
  }
  const note = scene.notes.find(
    (each) =>
      noteConcerns(each, row.group) && nearX(scene, each.fromMs) <= x + 3 && nearX(scene, each.toMs) >= x - 3,
  );
  return note === undefined ? null : { kind: 'note', note };
}

/** The run under a point, else the nearest one within the slack; the later of two that share a pixel. */
function nearestRun(
  scene: Scene,
  lanes: readonly Lane[],
  { x, slack }: { readonly x: number; readonly slack: number },
): { readonly lane: Lane; readonly run: ContainerRun } | null {
  let nearest: { readonly lane: Lane; readonly run: ContainerRun } | null = null;
  let distance = slack;
  const fromMs = timeAt(scene, x - slack);
  for (const lane of lanes.slice(firstLaneReaching(lanes, fromMs))) {
    if (nearX(scene, laneBeginsMs(lane)) > x + slack) break;
    for (let index = firstRunReaching(lane, fromMs); index < lane.runs.length; index += 1) {
      const run = lane.runs[index];
      if (run === undefined) break;
      const x0 = nearX(scene, run.preparedMs ?? run.fromMs);
      if (x0 > x + slack) break;
      const off = Math.max(x0 - x, x - endX(scene, run), 0);
      if (off <= distance) {
        nearest = { lane, run };
        distance = off;
      }
    }
  }
  return nearest;
}

/** Where a run stands on screen, as far as it is visible. */
export function runBox(scene: Scene, rowY: number, run: ContainerRun) {
  const x0 = Math.min(Math.max(nearX(scene, run.preparedMs ?? run.fromMs), 0), scene.width);
  const x1 = Math.min(Math.max(endX(scene, run), 0), scene.width);
  return {
    x: x0 - 3,
    y: rowY - scene.scrollTop + scene.labelRoom + BAR_TOP - 3,
    width: Math.max(x1 - x0, 2) + 6,
    height: BAR_HEIGHT + 6,
  };
}
