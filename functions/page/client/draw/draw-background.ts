import type { Ticks } from '../../model/ticks.ts';
import { rowsOnScreen, type Scene, xOf } from './scene.ts';

/** Lines of the time axis, lines between rows, and the hatched stretch whose events are not loaded. */
export function drawBackground(context: CanvasRenderingContext2D, scene: Scene, { ticks }: Ticks): void {
  const { palette, width, height } = scene;
  for (const { atMs, kind } of ticks) {
    const x = Math.round(xOf(scene, atMs)) + 0.5;
    if (kind === 'minor') continue;
    line(context, kind === 'day' ? palette.line : palette['line-soft'], x, 0, x, height);
  }
  for (const row of rowsOnScreen(scene)) {
    const y = Math.round(row.y + row.height - scene.scrollTop) - 0.5;
    if (row.kind === 'group') {
      context.fillStyle = palette.hover;
      context.fillRect(0, row.y - scene.scrollTop, width, row.height);
    }
    line(context, palette['line-soft'], 0, y, width, y);
  }
  drawUnloaded(context, scene);
}

function drawUnloaded(context: CanvasRenderingContext2D, scene: Scene): void {
  const { palette, patterns, height, loaded } = scene;
  const edge = Math.min(xOf(scene, loaded.fromMs), scene.width);
  if (!(edge > 0)) return;
  if (loaded.state !== 'complete') {
    context.fillStyle = patterns.unloaded;
    context.fillRect(0, 0, edge, height);
  }
  line(context, palette.soft, Math.round(edge) - 0.5, 0, Math.round(edge) - 0.5, height, [2, 4]);
}

function line(
  context: CanvasRenderingContext2D,
  colour: string,
  ...[x1, y1, x2, y2, dash]: [number, number, number, number, number[]?]
): void {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash(dash ?? []);
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
  context.setLineDash([]);
}
