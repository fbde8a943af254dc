import type { ContainerRun } from '../../model/container-run.ts';
import { formatDuration } from '../../model/format.ts';
import { BAR_HEIGHT, nearX, type Scene, xOf } from './scene.ts';

const TEXT_ROOM = 38;

/** The space between two runs of a container: how long it was down, and how many runs in between nobody saw. */
export function drawPause(
  context: CanvasRenderingContext2D,
  scene: Scene,
  before: ContainerRun,
  run: ContainerRun,
  top: number,
): void {
  if (before.toMs === null) return;
  const { palette } = scene;
  const x0 = nearX(scene, before.toMs);
  const x1 = nearX(scene, run.fromMs);
  if (x1 - x0 < 4) return;
  const middle = Math.round(top + BAR_HEIGHT / 2) + 0.5;
  stroke(context, palette.soft, [1, 3], () => {
    context.moveTo(x0 + 2, middle);
    context.lineTo(x1 - 2, middle);
  });
  const visible = Math.min(x1, scene.width) - Math.max(x0, 0);
  const unseen = run.skippedRuns > 0 ? `+${run.skippedRuns} unseen` : '';
  const pause = formatDuration(run.fromMs - before.toMs);
  const words = [`${unseen} ${pause}`.trim(), unseen || pause, unseen && `+${run.skippedRuns}`];
  const fitting = words.find((text) => text !== '' && text.length * 5.6 + 10 < visible);
  if (fitting === undefined || (unseen === '' && visible < TEXT_ROOM)) return;
  const centre = (Math.max(x0, 0) + Math.min(x1, scene.width)) / 2;
  context.font = `10px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const half = context.measureText(fitting).width / 2 + 3;
  context.fillStyle = palette.panel;
  context.fillRect(centre - half, middle - 6, 2 * half, 12);
  context.fillStyle = unseen === '' ? palette.soft : palette.bad;
  context.fillText(fitting, centre, middle + 0.5);
}

/** From preStart to the first run; to the present while there is none. */
export function drawPreparing(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { preparedMs, fromMs, state }: ContainerRun,
  top: number,
): void {
  if (preparedMs === null) return;
  const waiting = state === 'preparing';
  const x0 = nearX(scene, preparedMs);
  const x1 = nearX(scene, waiting ? scene.nowMs : fromMs);
  if (x1 - x0 < 5 && !waiting) return;
  const middle = Math.round(top + BAR_HEIGHT / 2) + 0.5;
  const { edge } = scene.palette.bars.preparing;
  if (x1 - x0 > 5) {
    stroke(context, edge, waiting ? [4, 3] : [], () => {
      context.moveTo(x0 + 3.5, middle);
      context.lineTo(x1, middle);
    });
  }
  stroke(context, edge, [], () => context.arc(x0, middle, 3, 0, 2 * Math.PI), 1.5);
}

/** A requested end with its grace window, and hooks that failed. Says how many marks that were. */
export function drawRunMarks(
  context: CanvasRenderingContext2D,
  scene: Scene,
  run: ContainerRun,
  top: number,
): number {
  let count = 0;
  if (run.stop !== null) {
    drawStop(context, scene, run, run.stop, top);
    count += 1;
  }
  for (const { entry, atMs } of run.marks) {
    if (entry.hook !== 'hookFailed') continue;
    drawFailure(context, scene, xOf(scene, atMs), top + BAR_HEIGHT / 2);
    count += 1;
  }
  return count;
}

/** A wedge where the end was requested, and a bracket to the deadline: dashed where the run needed no more of it. */
function drawStop(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { toMs }: ContainerRun,
  { atMs, deadlineMs }: NonNullable<ContainerRun['stop']>,
  top: number,
): void {
  const { warn } = scene.palette;
  const x = nearX(scene, atMs);
  const y = top - 3.5;
  if (deadlineMs !== null && deadlineMs > atMs) {
    const end = nearX(scene, deadlineMs);
    const used = Math.min(Math.max(nearX(scene, toMs ?? scene.nowMs), x), end);
    stroke(context, warn, [], () => {
      context.moveTo(x, y);
      context.lineTo(used, y);
      context.moveTo(end, y - 2.5);
      context.lineTo(end, y + 3.5);
    });
    stroke(context, warn, [2, 2], () => {
      context.moveTo(used, y);
      context.lineTo(end, y);
    });
  }
  context.fillStyle = warn;
  context.beginPath();
  context.moveTo(x - 4, y - 3);
  context.lineTo(x + 4, y - 3);
  context.lineTo(x, y + 4);
  context.fill();
  stroke(context, warn, [], () => {
    context.moveTo(x, y);
    context.lineTo(x, top + BAR_HEIGHT);
  });
}

/** A diamond with an exclamation mark. */
function drawFailure(context: CanvasRenderingContext2D, { palette }: Scene, x: number, y: number): void {
  if (x < -8 || x > 20_000) return;
  context.beginPath();
  context.moveTo(x, y - 7);
  context.lineTo(x + 7, y);
  context.lineTo(x, y + 7);
  context.lineTo(x - 7, y);
  context.closePath();
  context.fillStyle = palette.panel;
  context.fill();
  context.strokeStyle = palette.bad;
  context.lineWidth = 1.5;
  context.stroke();
  context.fillStyle = palette.bad;
  context.fillRect(x - 0.75, y - 3.5, 1.5, 4.5);
  context.fillRect(x - 0.75, y + 2, 1.5, 1.5);
}

function stroke(
  context: CanvasRenderingContext2D,
  colour: string,
  dash: number[],
  path: () => void,
  width = 1,
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  path();
  context.stroke();
  context.setLineDash([]);
}
