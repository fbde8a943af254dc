import { NO_FILTER, type PageFilter } from '../../model/address/page-address.ts';
import { isFiltered } from '../../model/rows/run-filter.ts';
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
import { createAttention } from './lanes/attention.ts';
import { createLaneBoard, type Refresh } from './lanes/lane-board.ts';
import type { LaneOptions } from './lanes/lane-layout.ts';
import { createNothing, hasGap } from './lanes/nothing.ts';
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
  /** What fits the filters, and is not in the stretch on screen, is to be shown. */
  onOutside(): void;
  /** After each frame. */
  onFrame(): void;
};

export type Chart = {
  readonly camera: Camera;
  readonly plot: HTMLElement;
  readonly walk: WalkEvents;
  /** Lanes with a line, and lanes that fit the filter but have nothing near. */
  counts(): { readonly lanes: number; readonly away: number; readonly late: number };
  scrollRows(rows: number): void;
  /** What is wanted, and how the lanes stand. */
  want(filter: PageFilter, options: LaneOptions): void;
  /** Puts the groups in order again. */
  sort(): void;
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
  const nothing = createNothing(surface.none, deps.onOutside);
  const attention = createAttention();
  let rest = 0;

  const redraw = createFrameLoop(frame);
  const camera = createCamera(deps.first, () => viewBounds(deps), { onMove: moved, onTick: redraw });
  const screen = createScreen(root, surface, {
    onResize(narrow) {
      board.setNarrow(narrow);
      refresh({ folds: true });
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
    rest = window.setTimeout(() => refresh({ folds: true }), REST_MS);
  }

  /** Lines change places and fold away only by the reader's hand: what one looks at stays, whatever comes in. */
  function refresh(asked: Partial<Refresh> = {}): void {
    const sorts = asked.sorts ?? attention.isAway();
    const folds = asked.folds ?? sorts;
    const { filter } = marked;
    const view = camera.view();
    board.refresh({ filter, view, nowMs: deps.nowMs(), pinned: walk.rowKey(), sorts, folds });
    const { rows, away } = board.layout();
    nothing.show(rows.length === 0, {
      ...{ filtered: isFiltered(filter), named: isFiltered({ ...filter, outcome: null, problems: false }) },
      ...{ away, gap: hasGap(scene().notes, view), loaded: deps.loaded(), fromMs: view.fromMs },
    });
    redraw();
  }

  function change(part: Partial<Marked>): void {
    Object.assign(marked, part);
    redraw();
  }

  function toggle(kind: 'group' | 'fold', groupKey: string): void {
    board.toggle(kind, groupKey);
    refresh();
  }

  function open(lane: Lane, run: ContainerRun): void {
    walk.moveTo(lane.key, run);
    deps.onOpenRun(lane, run);
  }

  function openLatest(rowKey: string): void {
    const row = board.layout().rows.find(({ kind, key }) => kind === 'lane' && key === rowKey);
    const lane = row?.lanes.at(-1);
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
    want(filter, options) {
      const same = filter === marked.filter && JSON.stringify(options) === JSON.stringify(board.options());
      marked.filter = filter;
      board.setOptions(options);
      refresh(same ? {} : { sorts: true });
    },
    sort: () => refresh({ sorts: true }),
    select: (selectedId) => change({ selectedId }),
    refresh: () => refresh(),
  };
}
