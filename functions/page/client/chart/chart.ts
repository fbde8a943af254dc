import { NO_FILTER, type PageFilter } from '../../model/address/page-address.ts';
import type { ContainerRun } from '../../model/runs/container-run.ts';
import type { Lane } from '../../model/runs/lane.ts';
import type { ClusterNote } from '../../model/runs/trail.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import type { TimeView } from '../../model/time/time-view.ts';
import { setText } from '../dom/element.ts';
import { rowsOnScreen } from '../draw/scene.ts';
import { composeScene, type Drawable, type Marked, viewBounds } from './compose-scene.ts';
import { listenToPointing } from './hands/pointing.ts';
import { createTooltip } from './hands/tooltip.ts';
import type { WalkEvents } from './keys/keyboard.ts';
import { createWalk } from './keys/walk.ts';
import { createLaneBoard } from './lanes/lane-board.ts';
import { createRowLabels } from './lanes/row-labels.ts';
import { type Camera, createCamera } from './stage/camera.ts';
import { createFrameLoop } from './stage/frame-loop.ts';
import { createScreen } from './stage/screen.ts';
import { createSurface } from './stage/surface.ts';

type ChartDeps = Drawable & {
  readonly root: HTMLElement;
  readonly format: MomentFormat;
  readonly first: TimeView;
  onOpenRun(lane: Lane, run: ContainerRun): void;
  onOpenNote(note: ClusterNote): void;
  /** After each frame. */
  onFrame(): void;
};

export type Chart = {
  readonly camera: Camera;
  readonly plot: HTMLElement;
  readonly walk: WalkEvents;
  /** Lanes with a line, and lanes that fit the filter but have nothing near. */
  counts(): { readonly lanes: number; readonly away: number };
  scrollRows(rows: number): void;
  setFilter(filter: PageFilter): void;
  select(runId: string | null): void;
  /** The entries, or what is loaded of them, have changed. */
  refresh(): void;
};

/** Lanes come and go only once the view rests, so that nothing jumps under the hand. */
const REST_MS = 220;

/** The drawing with its labels: what is on screen, and everything hands and keys can do to it. */
export function createChart(deps: ChartDeps): Chart {
  const { root, trail, format } = deps;
  const surface = createSurface(root);
  const board = createLaneBoard(surface, trail);
  const marked: Marked = { filter: NO_FILTER, hoverId: null, selectedId: null };
  let rest = 0;

  const redraw = createFrameLoop(frame);
  const camera = createCamera(deps.first, () => viewBounds(deps), { onMove: moved, onTick: redraw });
  const screen = createScreen(root, surface, {
    onResize(narrow) {
      board.setNarrow(narrow);
      refresh();
    },
    onRestyle: redraw,
  });
  const scene = () => composeScene(deps, marked, { surface, board, camera, screen });
  const placeLabels = createRowLabels(
    surface.labels,
    { onToggle: toggle, onLane: openLatest },
    board.hasClusters,
  );
  const walk = createWalk({
    ...{ plot: surface.plot, board, camera, format, scene },
    ...{ onOpen: open, onToggle: toggle, onChange: redraw },
  });
  listenToPointing({
    ...{ surface, camera, tooltip: createTooltip(surface.stage, format), scene },
    onOpen: (hit) => (hit.kind === 'run' ? open(hit.lane, hit.run) : deps.onOpenNote(hit.note)),
    onHover: (hoverId) => change({ hoverId }),
  });
  surface.scroller.addEventListener('scroll', redraw, { passive: true });

  function frame(): void {
    const now = scene();
    screen.paint(now, format);
    placeLabels(rowsOnScreen(now), now.scrollTop);
    setText(surface.corner, `${format.date(now.view.toMs)} · ${format.timeZone}`);
    walk.place();
    deps.onFrame();
  }

  function moved(): void {
    redraw();
    clearTimeout(rest);
    rest = window.setTimeout(refresh, REST_MS);
  }

  function refresh(): void {
    board.refresh(marked.filter, camera.view(), walk.laneKey());
    const { rows, away } = board.layout();
    surface.none.hidden = rows.length > 0;
    setText(surface.none, nothingWords(away));
    redraw();
  }

  function change(part: Partial<Marked>): void {
    Object.assign(marked, part);
    redraw();
  }

  function toggle(groupKey: string): void {
    board.toggle(groupKey);
    refresh();
  }

  function open(lane: Lane, run: ContainerRun): void {
    walk.moveTo(lane.key, run);
    deps.onOpenRun(lane, run);
  }

  function openLatest(laneKey: string): void {
    const lane = trail.lanes().get(laneKey);
    const run = lane?.runs.at(-1);
    if (lane !== undefined && run !== undefined) open(lane, run);
  }

  return {
    camera,
    plot: surface.plot,
    walk: walk.events,
    counts: board.layout,
    scrollRows(rows) {
      surface.scroller.scrollTop += rows * board.laneHeight();
    },
    setFilter(filter) {
      marked.filter = filter;
      refresh();
    },
    select: (selectedId) => change({ selectedId }),
    refresh,
  };
}

function nothingWords(away: number): string {
  return away === 0
    ? 'No run fits the filters. Names must be given in full.'
    : 'Nothing ran in this stretch of time.';
}
