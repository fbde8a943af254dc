import type { MomentFormat } from '../../model/time/moment-format.ts';
import type { Ticks } from '../../model/time/ticks.ts';
import { nearX, type Scene, xOf } from './scene.ts';
import { strokeLine } from './strokes.ts';

export const AXIS_HEIGHT = 30;
const MINUTE = 60_000;

/** The time axis: round times of the reader's zone, the present, gaps and ended subscriptions, and what is not loaded. */
export function drawAxis(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { ticks, stepMs, format }: Ticks & { readonly format: MomentFormat },
): void {
  const { palette, width } = scene;
  context.clearRect(0, 0, width, AXIS_HEIGHT);
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (const { atMs, kind } of ticks) {
    const x = Math.round(xOf(scene, atMs)) + 0.5;
    const length = kind === 'minor' ? 4 : kind === 'day' ? AXIS_HEIGHT : 9;
    const colour = kind === 'minor' ? palette.line : palette.soft;
    strokeLine(context, { colour }, [x, AXIS_HEIGHT, x, AXIS_HEIGHT - length]);
    if (kind === 'minor') continue;
    context.font = `${kind === 'day' ? 600 : 400} 11px ${palette.font}`;
    context.fillStyle = kind === 'day' ? palette.ink : palette.soft;
    context.fillText(kind === 'day' ? format.day(atMs) : timeLabel(atMs, stepMs, format), x + 4, 13);
  }
  drawNoteFlags(context, scene);
  drawEdge(context, scene);
  drawPresent(context, scene);
}

function timeLabel(atMs: number, stepMs: number, format: MomentFormat): string {
  if (stepMs < 1_000) return format.fine(atMs);
  return stepMs < MINUTE ? format.time(atMs) : format.minutes(atMs);
}

function drawNoteFlags(context: CanvasRenderingContext2D, scene: Scene): void {
  for (const { kind, fromMs, toMs } of scene.notes) {
    if (toMs < scene.view.fromMs || fromMs > scene.view.toMs) continue;
    const x0 = nearX(scene, fromMs);
    context.fillStyle = kind === 'gap' ? scene.palette.hatch : scene.palette.bad;
    context.fillRect(x0, AXIS_HEIGHT - 3, Math.max(nearX(scene, toMs) - x0, 3), 3);
  }
}

const EDGE_WORDS: Readonly<Record<Scene['loaded']['state'], string>> = {
  partial: 'older events are not loaded',
  loading: 'loading older events …',
  complete: 'no older events (31 days searched)',
  full: 'older events are not loaded: the page is full',
  failed: 'older events could not be loaded',
};

function drawEdge(context: CanvasRenderingContext2D, scene: Scene): void {
  const { palette, loaded } = scene;
  const edge = Math.min(xOf(scene, loaded.fromMs), scene.width);
  if (!(edge > 0)) return;
  const words = EDGE_WORDS[loaded.state];
  context.font = `11px ${palette.font}`;
  const width = context.measureText(words).width + 16;
  if (edge < width - 10) return;
  context.fillStyle = palette.panel;
  context.fillRect(edge - width, 0, width, AXIS_HEIGHT - 9);
  context.fillStyle = palette.soft;
  context.textAlign = 'right';
  context.fillText(words, edge - 8, 13);
  context.textAlign = 'left';
}

function drawPresent(context: CanvasRenderingContext2D, scene: Scene): void {
  const x = Math.round(xOf(scene, scene.nowMs)) + 0.5;
  if (x < 0 || x > scene.width) return;
  context.fillStyle = scene.palette.accent;
  context.beginPath();
  context.moveTo(x - 4, AXIS_HEIGHT - 7);
  context.lineTo(x + 4, AXIS_HEIGHT - 7);
  context.lineTo(x, AXIS_HEIGHT);
  context.fill();
}
