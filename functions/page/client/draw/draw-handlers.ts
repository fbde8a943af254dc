import type { ContainerRun } from '../../model/runs/container-run.ts';
import { type HandlerStanding, worstStanding } from '../../model/runs/handler-standing.ts';
import { BAR_HEIGHT, type LanePen, xOf } from './scene.ts';

/** Glyphs nearer than this become one, which shows the worst. */
const APART = 7;

/** Under the bars, at each event: how its handlers did. A dot: ok; a ring: retrying; a cross: given up. */
export function createHandlerGlyphs(pen: LanePen) {
  const { scene } = pen;
  let x = Number.NEGATIVE_INFINITY;
  let standing: HandlerStanding = 'none';
  let count = 0;

  function draw(): void {
    if (standing === 'none' || x < -APART || x > scene.width + APART) return;
    drawGlyph(pen, standing, x);
    count += 1;
  }

  return {
    add({ marks }: ContainerRun): void {
      for (const mark of marks) {
        if (mark.standing === 'none') continue;
        const at = xOf(scene, mark.atMs);
        if (at - x < APART) standing = worstStanding([standing, mark.standing]);
        else {
          draw();
          x = at;
          standing = mark.standing;
        }
      }
    },
    flush(): number {
      draw();
      standing = 'none';
      return count;
    },
  };
}

function drawGlyph({ context, scene, top }: LanePen, standing: HandlerStanding, x: number): void {
  const { palette } = scene;
  const y = top + BAR_HEIGHT + 5;
  context.beginPath();
  if (standing === 'ok') {
    context.fillStyle = palette.good;
    context.arc(x, y, 1.6, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.lineWidth = 1.5;
  context.strokeStyle = standing === 'retrying' ? palette.warn : palette.bad;
  if (standing === 'retrying') context.arc(x, y, 2.6, -Math.PI * 0.2, Math.PI * 1.4);
  else {
    context.moveTo(x - 2.6, y - 2.6);
    context.lineTo(x + 2.6, y + 2.6);
    context.moveTo(x + 2.6, y - 2.6);
    context.lineTo(x - 2.6, y + 2.6);
  }
  context.stroke();
}
