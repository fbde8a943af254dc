import type { FoldRow, GroupRow } from '../../model/rows/lay-out.ts';
import type { RunState } from '../../model/runs/container-run.ts';
import { firstRunReaching } from '../../model/runs/lane.ts';
import { endX, type FramePen, type LanePen, nearX } from './scene.ts';
import { SEVERITY } from './slivers.ts';

const COLUMN = 2;
const HEIGHT = 8;

/** A closed group, or what is folded away: all its runs in one strip, at each place the worst of them. */
export function drawGroup({ context, scene, drawn }: FramePen, row: GroupRow | FoldRow, y: number): void {
  const { lanes, height } = row;
  if (row.kind === 'group' ? !row.collapsed : row.open) return;
  const columns = new Array<RunState | undefined>(Math.ceil(scene.width / COLUMN));
  for (const lane of lanes) {
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
  drawn.slivers += drawColumns({ context, scene, top: y + (height - HEIGHT) / 2 }, columns);
}

function drawColumns({ context, scene, top }: LanePen, columns: readonly (RunState | undefined)[]): number {
  let count = 0;
  let from = 0;
  for (let at = 0; at <= columns.length; at += 1) {
    const state = columns[from];
    if (at < columns.length && columns[at] === state) continue;
    if (state !== undefined) {
      context.fillStyle = scene.palette.bars[state].edge;
      context.fillRect(from * COLUMN, top, (at - from) * COLUMN, HEIGHT);
      count += 1;
    }
    from = at;
  }
  return count;
}
