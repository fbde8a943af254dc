import type { LaneRow } from '../../model/rows/owner-rows.ts';
import { matchesRun } from '../../model/rows/run-filter.ts';
import { firstRunReaching } from '../../model/runs/lane.ts';
import { drawBar } from './draw-bar.ts';
import { createHandlerGlyphs } from './draw-handlers.ts';
import { drawPause, drawPreparing, drawRunMarks } from './draw-marks.ts';
import { BAR_TOP, endX, FAINT, type FramePen, nearX } from './scene.ts';
import { createSlivers } from './slivers.ts';

/** Narrower runs have no room for an outline, and are drawn as slivers. */
const MIN_BAR_WIDTH = 6;
const MIN_PAUSE_WIDTH = 3;

/** The runs of one container from the first that reaches into the view, and what happened around them. */
export function drawLane({ context, scene, drawn }: FramePen, { lane }: LaneRow, y: number): void {
  const pen = { context, scene, top: y + scene.labelRoom + BAR_TOP };
  const slivers = createSlivers(pen);
  const handlers = createHandlerGlyphs(pen);
  let lastEndX = Number.NEGATIVE_INFINITY;
  for (let index = firstRunReaching(lane, scene.view.fromMs); index < lane.runs.length; index += 1) {
    const run = lane.runs[index];
    if (run === undefined || (run.preparedMs ?? run.fromMs) > scene.view.toMs) break;
    drawn.runs += 1;
    const wanted = !scene.filtered || matchesRun(run, scene.filter);
    context.globalAlpha = wanted ? 1 : FAINT;
    const x0 = nearX(scene, run.fromMs);
    const x1 = endX(scene, run);
    const before = lane.runs[index - 1];
    if (before !== undefined && x0 - lastEndX > MIN_PAUSE_WIDTH) drawPause(pen, before, run);
    if (run.preparedMs !== null) drawPreparing(pen, run);
    if (run.state === 'preparing') lastEndX = x1;
    else if (x1 - x0 < MIN_BAR_WIDTH && run.id !== scene.selectedId) slivers.add(run, [x0, x1], wanted);
    else {
      drawBar(pen, run, [x0, x1]);
      drawn.bars += 1;
      drawn.marks += drawRunMarks(pen, run);
    }
    if (wanted) handlers.add(run);
    lastEndX = Math.max(lastEndX, x1);
  }
  context.globalAlpha = 1;
  drawn.slivers += slivers.flush();
  drawn.marks += handlers.flush();
}
