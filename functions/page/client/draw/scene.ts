import type { PageFilter } from '../../model/page-address.ts';
import { type Row, rowIndexAt } from '../../model/rows.ts';
import type { ClusterNote } from '../../model/trail.ts';
import type { View } from '../../model/view.ts';
import type { Palette } from '../dom/palette.ts';
import type { Patterns } from './patterns.ts';

/**
 * Where the loaded history begins. `loading`: more of it is on its way; `complete`: there is none before; `full`: the
 * page holds as much as it can.
 */
export type Loaded = {
  readonly fromMs: number;
  readonly state: 'partial' | 'loading' | 'complete' | 'full' | 'failed';
};

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
  readonly view: View;
  readonly nowMs: number;
  readonly rows: readonly Row[];
  readonly labelRoom: number;
  readonly notes: readonly ClusterNote[];
  readonly loaded: Loaded;
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

export const BAR_TOP = 8;
export const BAR_HEIGHT = 14;

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

export function rowsOnScreen({ rows, scrollTop, height }: Scene): Scene['rows'] {
  const first = rowIndexAt(rows, scrollTop);
  return first < 0 ? [] : rows.slice(first, rowIndexAt(rows, scrollTop + height) + 1);
}
