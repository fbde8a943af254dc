import type { Ticks } from '../../model/time/ticks.ts';
import { drawBackground } from './draw-background.ts';
import { drawGroup } from './draw-group.ts';
import { drawLane } from './draw-lane.ts';
import { drawNotes } from './draw-notes.ts';
import { type Drawn, rowsOnScreen, type Scene, xOf } from './scene.ts';
import { strokeLine } from './strokes.ts';

/** Draws what is on screen, and nothing else: rows outside it are skipped, as are runs outside the view. */
export function drawFrame(context: CanvasRenderingContext2D, scene: Scene, ticks: Ticks): Drawn {
  const drawn: Drawn = { rows: 0, runs: 0, bars: 0, slivers: 0, marks: 0 };
  const pen = { context, scene, drawn };
  context.clearRect(0, 0, scene.width, scene.height);
  drawBackground(context, scene, ticks);
  for (const row of rowsOnScreen(scene)) {
    drawn.rows += 1;
    const y = row.y - scene.scrollTop;
    if (row.kind === 'lane') drawLane(pen, row, y);
    else drawGroup(pen, row, y);
  }
  drawNotes(context, scene);
  drawNow(context, scene);
  return drawn;
}

function drawNow(context: CanvasRenderingContext2D, scene: Scene): void {
  const x = Math.round(xOf(scene, scene.nowMs)) + 0.5;
  if (x < 0 || x > scene.width) return;
  strokeLine(context, { colour: scene.palette.accent }, [x, 0, x, scene.height]);
}
