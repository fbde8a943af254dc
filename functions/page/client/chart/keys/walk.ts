import type { FoldRow, GroupRow, LaneRow, Row } from '../../../model/rows/lay-out.ts';
import { matchesRun } from '../../../model/rows/run-filter.ts';
import type { ContainerRun } from '../../../model/runs/container-run.ts';
import type { Lane } from '../../../model/runs/lane.ts';
import { countedWords } from '../../../model/text/number-words.ts';
import { visibleText } from '../../../model/text/visible-text.ts';
import type { MomentFormat } from '../../../model/time/moment-format.ts';
import { describeRun } from '../../../model/words/describe-run.ts';
import { runBox } from '../../draw/hit-test.ts';
import { rowsOnScreen, type Scene } from '../../draw/scene.ts';
import type { LaneBoard } from '../lanes/lane-board.ts';
import type { Camera } from '../stage/camera.ts';
import type { WalkEvents } from './keyboard.ts';
import { createSpot } from './walk-spot.ts';
import { nearestRun, nextRow, runsOf } from './walk-steps.ts';

type WalkDeps = {
  readonly plot: HTMLElement;
  readonly board: LaneBoard;
  readonly camera: Camera;
  readonly format: MomentFormat;
  scene(): Scene;
  onOpen(lane: Lane, run: ContainerRun): void;
  onToggle(kind: 'group' | 'fold', groupKey: string): void;
  onChange(): void;
};

/** The walk through lanes and runs by keyboard: it begins with Enter and ends with Escape. */
export function createWalk({ plot, board, camera, format, scene, onOpen, onToggle, onChange }: WalkDeps) {
  const spot = createSpot(plot);
  let at: { row: Row; runId: string | null } | null = null;
  /** Going from lane to lane keeps to this moment, or a walk along long runs would drift into the past. */
  let columnMs = 0;

  /** Rows and runs are made anew when something changes: what is kept of a place is its key. */
  function current(): { row: Row; run: ContainerRun | null } | null {
    if (at === null) return null;
    const { row: known, runId } = at;
    const row = board.layout().rows.find(({ kind, key }) => kind === known.kind && key === known.key);
    if (row === undefined) return null;
    const run = row.kind === 'lane' ? (runsOf(row).find(({ id }) => id === runId) ?? null) : null;
    return { row, run };
  }

  function go(row: Row, run: ContainerRun | null): void {
    at = { row, runId: run?.id ?? null };
    board.scrollTo(row);
    if (run !== null) revealRun(run);
    onChange();
  }

  function revealRun(run: ContainerRun): void {
    const { fromMs, toMs } = camera.view();
    const endMs = run.toMs ?? scene().nowMs;
    if (endMs < fromMs || run.fromMs > toMs || endMs - run.fromMs < toMs - fromMs)
      camera.glideReveal(run.fromMs);
  }

  function start(): void {
    const { nowMs, view } = scene();
    columnMs = Math.min((view.fromMs + view.toMs) / 2, nowMs);
    const row = rowsOnScreen(scene()).find(({ kind }) => kind === 'lane') ?? board.layout().rows[0];
    if (row !== undefined) go(row, row.kind === 'lane' ? nearestRun(row, columnMs, nowMs) : null);
  }

  const events: WalkEvents = {
    walking: () => at !== null,
    onEnter() {
      const place = current();
      if (place === null) start();
      else if (place.row.kind !== 'lane') onToggle(place.row.kind, place.row.key);
      else if (place.run !== null) openRun(place.row, place.run);
    },
    onRun(step) {
      const place = current();
      if (place === null || place.row.kind !== 'lane') return;
      const runs = runsOf(place.row).filter((run) => matchesRun(run, scene().filter));
      const next = runs[Math.max(0, runs.findIndex(({ id }) => id === place.run?.id) + step)];
      if (next === undefined) return;
      columnMs = next.fromMs;
      go(place.row, next);
    },
    onLane(step) {
      const place = current();
      if (place === null) {
        start();
        return;
      }
      const row = nextRow(board.layout().rows, place.row, step);
      go(row, row.kind === 'lane' ? nearestRun(row, columnMs, scene().nowMs) : null);
    },
    onLeave() {
      at = null;
      onChange();
    },
    onCollapse() {
      const place = current();
      if (place === null) return;
      const { key } = place.row.group;
      const group = board.layout().rows.find((row) => row.kind === 'group' && row.key === key);
      if (group === undefined) return;
      at = { row: group, runId: null };
      onToggle('group', group.key);
    },
  };

  function openRun({ lanes }: LaneRow, run: ContainerRun): void {
    const lane = lanes.find(({ runs }) => runs.includes(run));
    if (lane !== undefined) onOpen(lane, run);
  }

  /** Puts the spot where the walk stands; part of every frame. */
  function place(): void {
    const here = current();
    if (here === null) {
      spot.hide();
      return;
    }
    const shown = scene();
    if (here.row.kind !== 'lane') {
      const words = headingWords(here.row);
      const y = here.row.y - shown.scrollTop;
      spot.show({ x: 1, y: y + 1, width: shown.width - 2, height: here.row.height - 2 }, words);
      return;
    }
    if (here.run === null) {
      spot.hide();
      return;
    }
    const { run } = here;
    const lane = here.row.lanes.find(({ runs }) => runs.includes(run));
    if (lane === undefined) return;
    const words = describeRun(lane, run, { nowMs: shown.nowMs, format });
    spot.show(runBox(shown, here.row.y, run), words);
  }

  return {
    events,
    place,
    /** The line in which the walk stands: it must not leave the screen. */
    rowKey: () => (at?.row.kind === 'lane' ? at.row.key : null),
    /** Begins, or goes on, at a run: after a click. */
    moveTo(laneKey: string, run: ContainerRun): void {
      const row = board
        .layout()
        .rows.find((each) => each.kind === 'lane' && each.lanes.some(({ key }) => key === laneKey));
      if (row === undefined) return;
      at = { row, runId: run.id };
      columnMs = Math.max(run.fromMs, camera.view().fromMs);
    },
  };
}

function headingWords(row: GroupRow | FoldRow): string {
  const { group, lanes } = row;
  const who = `${visibleText(group.namespace)} ${visibleText(group.owner ?? 'Pods of their own')}`;
  const open = row.kind === 'group' ? !row.collapsed : row.open;
  const failing = row.kind === 'group' && row.urgency === 'failing' ? ', failing now' : '';
  const unchanged = row.kind === 'fold' ? ' without a change here' : '';
  const count = `${countedWords(lanes.length, 'container')}${unchanged}`;
  return `${who}${failing}, ${count}, ${open ? 'open' : 'closed, Enter opens'}`;
}
