import type { PageFilter } from '../../../model/address/page-address.ts';
import {
  groupByOwner,
  layOut,
  type OwnerGroup,
  type Row,
  type RowHeights,
} from '../../../model/rows/owner-rows.ts';
import { matchesLane } from '../../../model/rows/run-filter.ts';
import type { Lane } from '../../../model/runs/lane.ts';
import { laneReaches } from '../../../model/runs/lane.ts';
import { spanOf, type TimeView } from '../../../model/time/time-view.ts';

/** @property away how many lanes that fit the filter have nothing near the stretch on screen, and are left out. */
export type LaneLayout = {
  readonly groups: readonly OwnerGroup[];
  readonly rows: readonly Row[];
  readonly height: number;
  readonly away: number;
  readonly lanes: number;
};

/** @property pinned the lane that stays wherever its runs are; `collapsed`: groups that are closed. */
type WantedLanes = {
  readonly filter: PageFilter;
  readonly view: TimeView;
  readonly pinned: string | null;
  readonly collapsed: ReadonlySet<string>;
  readonly heights: RowHeights;
};

/** A lane stays while it has a run within this much of the view, as a share of the span. */
const NEARBY = 0.2;

/** Which lanes are worth a line now. */
export function layOutLanes(lanes: Iterable<Lane>, wanted: WantedLanes): LaneLayout {
  const { filter, view, collapsed, heights, pinned } = wanted;
  const near = spanOf(view) * NEARBY;
  let away = 0;
  const shown: Lane[] = [];
  for (const lane of lanes) {
    if (!matchesLane(lane, filter)) continue;
    if (lane.key === pinned || laneReaches(lane, view.fromMs - near, view.toMs + near)) shown.push(lane);
    else away += 1;
  }
  const groups = groupByOwner(shown);
  return { groups, ...layOut(groups, collapsed, heights), away, lanes: shown.length };
}

/** Where to scroll so that the row on top stays on top when others come and go above it. */
export function anchoredScroll(before: readonly Row[], after: readonly Row[], scrollTop: number): number {
  if (scrollTop <= 0) return 0;
  const places = new Map(after.map((row) => [`${row.kind} ${row.key}`, row.y]));
  for (const row of before) {
    if (row.y + row.height <= scrollTop) continue;
    const y = places.get(`${row.kind} ${row.key}`);
    if (y !== undefined) return y + (scrollTop - row.y);
  }
  return scrollTop;
}
