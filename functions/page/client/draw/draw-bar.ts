import type { ContainerRun } from '../../model/runs/container-run.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import { lastingWords } from '../../model/words/describe-run.ts';
import { BAR_HEIGHT, type BarEnds, type LanePen, nearX } from './scene.ts';
import { strokePath } from './strokes.ts';

const RADIUS = 3;
const GLYPH_WIDTH = 6.2;
const OPEN_DASH = [2, 2];

/** A run wide enough to be a bar: surface, hatching, edge, and as many words as fit. */
export function drawBar(pen: LanePen, run: ContainerRun, [x0, x1]: BarEnds): void {
  const { context, scene } = pen;
  const width = Math.max(x1 - x0, 2);
  const colours = scene.palette.bars[run.state];
  outline(pen, run, [x0, width]);
  context.fillStyle = colours.fill;
  context.fill();
  hatch(pen, run, x0);
  drawGrace(pen, run, [x0, x1]);
  context.strokeStyle = colours.edge;
  context.lineWidth = 1;
  context.setLineDash(run.toKnown || run.toMs === null ? [] : OPEN_DASH);
  context.stroke();
  context.setLineDash([]);
  if (run.state === 'error' || run.state === 'oomKilled') drawEndCap(pen, colours.edge, x1);
  drawFocus(pen, run, [x0, width]);
  drawWords(pen, run, [x0, x1]);
}

/** What runs is open to the right; what ended is closed. */
function outline(
  { context, top }: LanePen,
  run: ContainerRun,
  [x0, width]: readonly [x0: number, width: number],
): void {
  const left = run.fromKnown ? Math.min(RADIUS, width / 2) : 0;
  const right = run.toMs === null ? 0 : Math.min(RADIUS, width / 2);
  context.beginPath();
  context.roundRect(x0 + 0.5, top + 0.5, Math.max(width - 1, 1), BAR_HEIGHT - 1, [left, right, right, left]);
}

function hatch({ context, scene, top }: LanePen, { state }: ContainerRun, x: number): void {
  if (state !== 'oomKilled' && state !== 'unknown') return;
  context.save();
  context.clip();
  // The hatching moves with its bar instead of standing still behind it.
  context.translate(x, top);
  context.fillStyle = scene.patterns[state];
  context.fillRect(0, 0, 5_000, BAR_HEIGHT);
  context.restore();
}

/** The part of a run after its end was requested. */
function drawGrace({ context, scene, top }: LanePen, { stop, state }: ContainerRun, [x0, x1]: BarEnds): void {
  if (stop === null) return;
  const from = Math.max(nearX(scene, stop.atMs), x0);
  if (x1 - from < 1) return;
  const alpha = context.globalAlpha;
  context.globalAlpha = alpha * 0.28;
  context.fillStyle = scene.palette.bars[state].edge;
  context.fillRect(from, top + 1, x1 - from - 1, BAR_HEIGHT - 2);
  context.globalAlpha = alpha;
}

/** Bad ends have a foot and a head, which is seen where red and green look alike. */
function drawEndCap({ context, top }: LanePen, colour: string, x: number): void {
  context.fillStyle = colour;
  context.fillRect(x - 2, top - 2, 2, BAR_HEIGHT + 4);
}

function drawFocus(
  { context, scene, top }: LanePen,
  { id }: ContainerRun,
  [x0, width]: readonly [x0: number, width: number],
): void {
  const { hoverId, selectedId, palette } = scene;
  if (id !== hoverId && id !== selectedId) return;
  const selected = id === selectedId;
  const out = selected ? 2.5 : 1;
  const stroke = selected ? { colour: palette.accent, width: 2 } : { colour: palette.ink };
  strokePath(context, stroke, () =>
    context.roundRect(x0 - out, top - out, width + 2 * out, BAR_HEIGHT + 2 * out, RADIUS + out),
  );
}

function drawWords({ context, scene, top }: LanePen, run: ContainerRun, [x0, x1]: BarEnds): void {
  const left = Math.max(x0, 0);
  const room = Math.min(x1, scene.width) - left - 8;
  const words = wordsFor(run, scene.nowMs, Math.floor(room / GLYPH_WIDTH));
  if (words === '') return;
  const { fill, text } = scene.palette.bars[run.state];
  context.textAlign = 'left';
  context.font = `500 10.5px ${scene.palette.font}`;
  context.textBaseline = 'middle';
  if (run.state === 'unknown' || run.state === 'oomKilled') {
    context.fillStyle = fill;
    context.fillRect(left + 2, top + 1, context.measureText(words).width + 6, BAR_HEIGHT - 2);
  }
  context.fillStyle = text;
  context.fillText(words, left + 5, top + BAR_HEIGHT / 2 + 1);
}

/** The most telling words of at most `letters` letters; none may be the answer. */
function wordsFor(run: ContainerRun, nowMs: number, letters: number): string {
  const lasted = lastingWords(run, nowMs);
  const code = run.exitCode === null ? '' : String(run.exitCode);
  const wanted: Readonly<Record<ContainerRun['state'], readonly string[]>> = {
    running: [lasted],
    completed: [lasted],
    error: [
      `exit ${code} · ${visibleText(run.reason ?? 'error', 40)} · ${lasted}`,
      `exit ${code}`,
      code,
      '✕',
    ],
    oomKilled: [`OOM killed · ${lasted}`, 'OOM', 'M'],
    unknown: [`end unknown · ${lasted}`, '?'],
    preparing: [],
  };
  return wanted[run.state].find((text) => text.length <= letters) ?? '';
}
