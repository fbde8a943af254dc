import { noteConcerns } from '../../model/runs/note-concerns.ts';
import type { ClusterNote } from '../../model/runs/trail.ts';
import { nearX, rowsOnScreen, type Scene } from './scene.ts';
import { strokeLine } from './strokes.ts';

/**
 * Gaps, as bands over the lanes of their cluster or namespace: what is drawn under one is only what is known from before and after.
 * Subscriptions that ended, as a line.
 */
export function drawNotes(context: CanvasRenderingContext2D, scene: Scene): void {
  for (const note of scene.notes) {
    if (note.toMs < scene.view.fromMs || note.fromMs > scene.view.toMs) continue;
    for (const place of placesOf(scene, note)) {
      if (note.kind === 'gap') drawGap(context, scene, { ...note, ...place });
      else drawEnded(context, scene, { ...note, ...place });
    }
  }
}

type Place = { readonly top: number; readonly bottom: number };

/** Where the lanes stand that a note is about: together by name, apart where what needs eyes comes first. */
function placesOf(scene: Scene, note: ClusterNote): readonly Place[] {
  const places: { top: number; bottom: number }[] = [];
  for (const { group, y, height } of rowsOnScreen(scene)) {
    if (!noteConcerns(note, group)) continue;
    const top = y - scene.scrollTop;
    const last = places.at(-1);
    if (last?.bottom === top) last.bottom = top + height;
    else places.push({ top, bottom: top + height });
  }
  return places;
}

function drawGap(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { fromMs, toMs, top, bottom }: ClusterNote & Place,
): void {
  const x0 = nearX(scene, fromMs);
  const width = Math.max(nearX(scene, toMs) - x0, 2);
  context.globalAlpha = 0.62;
  context.fillStyle = scene.palette.panel;
  context.fillRect(x0, top, width, bottom - top);
  context.globalAlpha = 1;
  context.save();
  context.translate(x0, top - (scene.scrollTop % 8));
  context.fillStyle = scene.patterns.gap;
  context.fillRect(0, scene.scrollTop % 8, width, bottom - top);
  context.restore();
  context.strokeStyle = scene.palette.hatch;
  context.lineWidth = 1;
  context.strokeRect(Math.round(x0) + 0.5, top - 1, Math.round(width) - 1, bottom - top + 2);
  if (width < 90) return;
  const words = 'not known';
  context.font = `600 10.5px ${scene.palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const middle = (Math.max(x0, 0) + Math.min(x0 + width, scene.width)) / 2;
  const half = context.measureText(words).width / 2 + 6;
  context.fillStyle = scene.palette.panel;
  context.fillRect(middle - half, top + 4, half * 2, 18);
  context.fillStyle = scene.palette.ink;
  context.fillText(words, middle, top + 13);
}

function drawEnded(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { toMs, top, bottom }: ClusterNote & Place,
): void {
  const x = Math.round(nearX(scene, toMs)) + 0.5;
  strokeLine(context, { colour: scene.palette.bad, dash: [2, 4] }, [x, top, x, bottom]);
}
