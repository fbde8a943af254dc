import type { RunState } from '../../model/container-run.ts';
import { firstRunReaching } from '../../model/lane.ts';
import type { GroupRow } from '../../model/rows.ts';
import { endX } from './draw-lane.ts';
import { type Drawn, nearX, type Scene } from './scene.ts';
import { SEVERITY } from './slivers.ts';

const COLUMN = 2;
const HEIGHT = 8;

/** A closed group: all its runs in one strip, at each place the worst of them. */
export function drawGroup(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { group, collapsed, height }: GroupRow,
  y: number,
  drawn: Drawn,
): void {
  if (!collapsed) return;
  const columns = new Array<RunState | undefined>(Math.ceil(scene.width / COLUMN));
  for (const lane of group.lanes) {
    for (let index = firstRunReaching(lane, scene.view.fromMs); index < lane.runs.length; index += 1) {
      const run = lane.runs[index];
      if (run === undefined || run.fromMs > scene.view.toMs) break;
      const last = Math.min(Math.floor(endX(scene, run) / COLUMN), columns.length - 1);
      for (let at = Math.max(0, Math.floor(nearX(scene, run.fromMs) / COLUMN)); at <= last; at += 1) {
        const known = columns[at];
        if (known === undefined || SEVERITY[run.state] > SEVERITY[known]) columns[at] = run.state;
      }
    }
  }
  drawn.slivers += drawColumns(context, scene, columns, y + (height - HEIGHT) / 2);
}

function drawColumns(
  context: CanvasRenderingContext2D,
  { palette }: Scene,
  columns: readonly (RunState | undefined)[],
  y: number,
): number {
  let count = 0;
  let from = 0;
  for (let at = 0; at <= columns.length; at += 1) {
    const state = columns[from];
    if (at < columns.length && columns[at] === state) continue;
    if (state !== undefined) {
      context.fillStyle = palette.bars[state].edge;
      context.fillRect(from * COLUMN, y, (at - from) * COLUMN, HEIGHT);
      count += 1;
    }
    from = at;
  }
  return count;
}
