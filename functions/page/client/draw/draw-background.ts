import type { Ticks } from '../../model/time/ticks.ts';
import { rowsOnScreen, type Scene, xOf } from './scene.ts';
import { strokeLine } from './strokes.ts';

/** Lines of the time axis, lines between rows, and the hatched stretch whose events are not loaded. */
export function drawBackground(context: CanvasRenderingContext2D, scene: Scene, { ticks }: Ticks): void {
  const { palette, width, height } = scene;
  for (const { atMs, kind } of ticks) {
    const x = Math.round(xOf(scene, atMs)) + 0.5;
    if (kind === 'minor') continue;
    const colour = kind === 'day' ? palette.line : palette['line-soft'];
    strokeLine(context, { colour }, [x, 0, x, height]);
  }
  for (const row of rowsOnScreen(scene)) {
    const y = Math.round(row.y + row.height - scene.scrollTop) - 0.5;
    if (row.kind !== 'lane') {
      context.fillStyle = palette.hover;
      context.fillRect(0, row.y - scene.scrollTop, width, row.height);
    }
    strokeLine(context, { colour: palette['line-soft'] }, [0, y, width, y]);
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
  const x = Math.round(edge) - 0.5;
  strokeLine(context, { colour: palette.soft, dash: [2, 4] }, [x, 0, x, height]);
}
