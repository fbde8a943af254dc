import type { ContainerRun, StopRequest } from '../../model/runs/container-run.ts';
import { secondsWords } from '../../model/text/number-words.ts';
import { BAR_HEIGHT, type LanePen, nearX, xOf } from './scene.ts';
import { strokeLine, strokePath } from './strokes.ts';

const TEXT_ROOM = 38;

/** The space between two runs of a container: how long it was down, and how many runs in between nobody saw. */
export function drawPause({ context, scene, top }: LanePen, before: ContainerRun, run: ContainerRun): void {
  if (before.toMs === null) return;
  const { palette } = scene;
  const x0 = nearX(scene, before.toMs);
  const x1 = nearX(scene, run.fromMs);
  if (x1 - x0 < 4) return;
  const middle = Math.round(top + BAR_HEIGHT / 2) + 0.5;
  strokeLine(context, { colour: palette.soft, dash: [1, 3] }, [x0 + 2, middle, x1 - 2, middle]);
  const visible = Math.min(x1, scene.width) - Math.max(x0, 0);
  const unseen = run.skippedRuns > 0 ? `+${run.skippedRuns} unseen` : '';
  const pause = secondsWords(run.fromMs - before.toMs);
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
  { context, scene, top }: LanePen,
  { preparedMs, fromMs, state }: ContainerRun,
): void {
  if (preparedMs === null) return;
  const waiting = state === 'preparing';
  const x0 = nearX(scene, preparedMs);
  const x1 = nearX(scene, waiting ? scene.nowMs : fromMs);
  if (x1 - x0 < 5 && !waiting) return;
  const middle = Math.round(top + BAR_HEIGHT / 2) + 0.5;
  const colour = scene.palette.bars.preparing.edge;
  if (x1 - x0 > 5) {
    strokeLine(context, { colour, dash: waiting ? [4, 3] : [] }, [x0 + 3.5, middle, x1, middle]);
  }
  strokePath(context, { colour, width: 1.5 }, () => context.arc(x0, middle, 3, 0, 2 * Math.PI));
}

/** A requested end with its grace window, and hooks that failed. Says how many marks that were. */
export function drawRunMarks(pen: LanePen, run: ContainerRun): number {
  let count = 0;
  if (run.stop !== null) {
    drawStop(pen, run.stop, run.toMs);
    count += 1;
  }
  for (const { entry, atMs } of run.marks) {
    if (entry.hook !== 'hookFailed') continue;
    drawFailure(pen, xOf(pen.scene, atMs));
    count += 1;
  }
  return count;
}

/** A wedge where the end was requested, and a bracket to the deadline: dashed where the run needed no more of it. */
function drawStop(
  { context, scene, top }: LanePen,
  { atMs, deadlineMs }: StopRequest,
  toMs: number | null,
): void {
  const colour = scene.palette.warn;
  const x = nearX(scene, atMs);
  const y = top - 3.5;
  if (deadlineMs !== null && deadlineMs > atMs) {
    const end = nearX(scene, deadlineMs);
    const used = Math.min(Math.max(nearX(scene, toMs ?? scene.nowMs), x), end);
    strokeLine(context, { colour }, [x, y, used, y]);
    strokeLine(context, { colour }, [end, y - 2.5, end, y + 3.5]);
    strokeLine(context, { colour, dash: [2, 2] }, [used, y, end, y]);
  }
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x - 4, y - 3);
  context.lineTo(x + 4, y - 3);
  context.lineTo(x, y + 4);
  context.fill();
  strokeLine(context, { colour }, [x, y, x, top + BAR_HEIGHT]);
}

/** A diamond with an exclamation mark. */
function drawFailure({ context, scene, top }: LanePen, x: number): void {
  const { palette } = scene;
  const y = top + BAR_HEIGHT / 2;
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
