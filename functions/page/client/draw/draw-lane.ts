import type { LaneRow } from '../../model/rows/lay-out.ts';
import { matchesRun } from '../../model/rows/run-filter.ts';
import { firstLaneReaching, firstRunReaching, type Lane, laneBeginsMs } from '../../model/runs/lane.ts';
import { drawBar } from './draw-bar.ts';
import { createHandlerGlyphs } from './draw-handlers.ts';
import { drawPause, drawPreparing, drawRunMarks } from './draw-marks.ts';
import { BAR_TOP, type Drawn, endX, FAINT, type FramePen, type LanePen, nearX } from './scene.ts';
import { createSlivers } from './slivers.ts';

/** Narrower runs have no room for an outline, and are drawn as slivers. */
const MIN_BAR_WIDTH = 6;
const MIN_PAUSE_WIDTH = 3;

/** The runs of a line from the first that reaches into the view, and what happened around them. */
export function drawLane(frame: FramePen, { lanes }: LaneRow, y: number): void {
  const { context, scene, drawn } = frame;
  const pen = { context, scene, top: y + scene.labelRoom + BAR_TOP };
  const shared = { pen, drawn, slivers: createSlivers(pen), handlers: createHandlerGlyphs(pen) };
  for (let index = firstLaneReaching(lanes, scene.view.fromMs); index < lanes.length; index += 1) {
    const lane = lanes[index];
    if (lane === undefined || laneBeginsMs(lane) > scene.view.toMs) break;
    drawRuns(shared, lane);
  }
  context.globalAlpha = 1;
  drawn.slivers += shared.slivers.flush();
  drawn.marks += shared.handlers.flush();
}

/** What all lanes of a line share: narrow runs and signs of several may fall together. */
type LinePen = {
  readonly pen: LanePen;
  readonly drawn: Drawn;
  readonly slivers: ReturnType<typeof createSlivers>;
  readonly handlers: ReturnType<typeof createHandlerGlyphs>;
};

function drawRuns({ pen, drawn, slivers, handlers }: LinePen, lane: Lane): void {
  const { context, scene } = pen;
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
}
