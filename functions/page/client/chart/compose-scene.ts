import type { PageFilter } from '../../model/address/page-address.ts';
import type { LoadedHistory } from '../../model/loaded-history.ts';
import { isRunFilter } from '../../model/rows/run-filter.ts';
import { noteConcerns } from '../../model/runs/note-concerns.ts';
import type { Trail } from '../../model/runs/trail.ts';
import type { ViewBounds } from '../../model/time/time-view.ts';
import type { Scene } from '../draw/scene.ts';
import type { LaneBoard } from './lanes/lane-board.ts';
import type { Camera } from './stage/camera.ts';
import type { ScreenFacts } from './stage/screen.ts';
import type { Surface } from './stage/surface.ts';

/** What is wanted of the runs, and which one the hands are at. */
export type Marked = { filter: PageFilter; hoverId: string | null; selectedId: string | null };

/** What the drawing is about, as it stands at each moment. */
export type Drawable = { readonly trail: Trail; nowMs(): number; loaded(): LoadedHistory };

/** Where the view may go. */
export function viewBounds({ nowMs, loaded }: Drawable): ViewBounds {
  const { state, fromMs } = loaded();
  return { nowMs: nowMs(), earliestMs: state === 'complete' ? fromMs : Number.NEGATIVE_INFINITY };
}

/** Everything that one frame shows, from where it is kept. */
export function composeScene(
  { trail, nowMs, loaded }: Drawable,
  marked: Marked,
  {
    surface,
    board,
    camera,
    screen,
  }: {
    readonly surface: Surface;
    readonly board: LaneBoard;
    readonly camera: Camera;
    readonly screen: { facts(): ScreenFacts };
  },
): Scene {
  return {
    ...screen.facts(),
    ...marked,
    scrollTop: surface.scroller.scrollTop,
    view: camera.view(),
    nowMs: nowMs(),
    rows: board.layout().rows,
    labelRoom: board.labelRoom(),
    notes: trail.notes().filter((note) => noteConcerns(note, marked.filter)),
    loaded: loaded(),
    filtered: isRunFilter(marked.filter),
  };
}
