import type { PageFilter } from '../../model/address/page-address.ts';
import type { LoadedHistory } from '../../model/loaded-history.ts';
import { type Row, rowIndexAt } from '../../model/rows/lay-out.ts';
import type { ContainerRun } from '../../model/runs/container-run.ts';
import type { ClusterNote } from '../../model/runs/trail.ts';
import type { TimeView } from '../../model/time/time-view.ts';
import type { Palette } from '../dom/palette.ts';
import type { Patterns } from './patterns.ts';

/**
 * All that one frame shows; sizes in CSS pixels.
 *
 * @property labelRoom height at the top of each lane that a label above its bars takes (on a phone), else 0.
 * @property filtered whether some runs are not wanted; those are faint.
 */
export type Scene = {
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
  readonly view: TimeView;
  readonly nowMs: number;
  readonly rows: readonly Row[];
  readonly labelRoom: number;
  readonly notes: readonly ClusterNote[];
  readonly loaded: LoadedHistory;
  readonly filter: PageFilter;
  readonly filtered: boolean;
  readonly hoverId: string | null;
  readonly selectedId: string | null;
  readonly palette: Palette;
  readonly patterns: Patterns;
};

/**
 * What one frame cost; told by the `offhook.frame` measure. `runs` were looked at; `slivers` stand for those too narrow for
 * a bar.
 */
export type Drawn = { rows: number; runs: number; bars: number; slivers: number; marks: number };

/** What one frame is drawn with; `drawn` is counted up on the way. */
export type FramePen = {
  readonly context: CanvasRenderingContext2D;
  readonly scene: Scene;
  readonly drawn: Drawn;
};

/** What everything of one lane is drawn with. @property top where its bars begin. */
export type LanePen = {
  readonly context: CanvasRenderingContext2D;
  readonly scene: Scene;
  readonly top: number;
};

/** Where a bar begins and ends on screen, in pixels. */
export type BarEnds = readonly [x0: number, x1: number];

export const BAR_TOP = 8;
export const BAR_HEIGHT = 14;
/** How much is left of what the filters leave out, 0 to 1. */
export const FAINT = 0.22;

export function xOf({ view, width }: Pick<Scene, 'view' | 'width'>, atMs: number): number {
  return ((atMs - view.fromMs) / (view.toMs - view.fromMs)) * width;
}

export function timeAt({ view, width }: Pick<Scene, 'view' | 'width'>, x: number): number {
  return view.fromMs + (x / width) * (view.toMs - view.fromMs);
}

/** The same, kept near the screen: canvases lose precision with far-away numbers. */
export function nearX(scene: Scene, atMs: number): number {
  return Math.min(Math.max(xOf(scene, atMs), -50), scene.width + 50);
}

/** Where a bar ends on screen; one that runs ends at the present. */
export function endX(scene: Scene, { fromMs, toMs }: ContainerRun): number {
  return toMs === null ? Math.max(nearX(scene, scene.nowMs), nearX(scene, fromMs)) : nearX(scene, toMs);
}

export function rowsOnScreen({ rows, scrollTop, height }: Scene): Scene['rows'] {
  const first = rowIndexAt(rows, scrollTop);
  return first < 0 ? [] : rows.slice(first, rowIndexAt(rows, scrollTop + height) + 1);
}
