import type { ContainerRun } from '../../model/container-run.ts';
import { firstRunReaching } from '../../model/lane.ts';
import type { LaneRow } from '../../model/rows.ts';
import { matchesRun } from '../../model/run-filter.ts';
import { drawBar } from './draw-bar.ts';
import { createHandlerGlyphs } from './draw-handlers.ts';
import { drawPause, drawPreparing, drawRunMarks } from './draw-marks.ts';
import { BAR_TOP, type Drawn, nearX, type Scene, xOf } from './scene.ts';
import { createSlivers } from './slivers.ts';

/** Narrower runs have no room for an outline, and are drawn as slivers. */
const MIN_BAR_WIDTH = 6;
const MIN_PAUSE_WIDTH = 3;
const FAINT = 0.22;

export function drawLane(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { lane }: LaneRow,
  y: number,
  drawn: Drawn,
): void {
  const top = y + scene.labelRoom + BAR_TOP;
  const slivers = createSlivers(context, scene, top);
  const handlers = createHandlerGlyphs(context, scene, top);
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
    if (before !== undefined && x0 - lastEndX > MIN_PAUSE_WIDTH) drawPause(context, scene, before, run, top);
    if (run.preparedMs !== null) drawPreparing(context, scene, run, top);
    if (run.state === 'preparing') lastEndX = x1;
    else if (x1 - x0 < MIN_BAR_WIDTH && run.id !== scene.selectedId) slivers.add(run, x0, x1, wanted);
    else {
      drawBar(context, scene, run, x0, x1, top);
      drawn.bars += 1;
      drawn.marks += drawRunMarks(context, scene, run, top);
    }
    if (wanted) handlers.add(run);
    lastEndX = Math.max(lastEndX, x1);
  }
  context.globalAlpha = 1;
  drawn.slivers += slivers.flush();
  drawn.marks += handlers.flush();
}

/** Where a bar ends on screen; one that runs ends at the present. */
export function endX(scene: Scene, { fromMs, toMs }: ContainerRun): number {
  return toMs === null ? Math.max(nearX(scene, scene.nowMs), nearX(scene, fromMs)) : nearX(scene, toMs);
}

/** Whether a moment is on screen, with room for a glyph around it. */
export function onScreen(scene: Scene, atMs: number): boolean {
  const x = xOf(scene, atMs);
  return x > -10 && x < scene.width + 10;
}
