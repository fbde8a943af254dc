import type { ContainerRun } from '../../model/container-run.ts';
import { type HandlerStanding, worstStanding } from '../../model/handler-standing.ts';
import { BAR_HEIGHT, type Scene, xOf } from './scene.ts';

/** Glyphs nearer than this become one, which shows the worst. */
const APART = 7;

/** Under the bars, at each event: how its handlers did. A dot: ok; a ring: retrying; a cross: given up. */
export function createHandlerGlyphs(context: CanvasRenderingContext2D, scene: Scene, top: number) {
  const y = top + BAR_HEIGHT + 5;
  let x = Number.NEGATIVE_INFINITY;
  let standing: HandlerStanding = 'none';
  let count = 0;

  function draw(): void {
    if (standing === 'none' || x < -APART || x > scene.width + APART) return;
    drawGlyph(context, scene, standing, x, y);
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

function drawGlyph(
  context: CanvasRenderingContext2D,
  { palette }: Scene,
  standing: HandlerStanding,
  x: number,
  y: number,
): void {
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
