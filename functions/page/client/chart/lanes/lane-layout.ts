import type { PageFilter } from '../../../model/address/page-address.ts';
import { chooseTracks } from '../../../model/rows/choose-tracks.ts';
import { createGroupKeeper } from '../../../model/rows/group-keeper.ts';
import { createGroupOrder } from '../../../model/rows/group-order.ts';
import {
  type Folding,
  layOut,
  type Row,
  type RowHeights,
  type ShownGroup,
} from '../../../model/rows/lay-out.ts';
import { matchesNames } from '../../../model/rows/run-filter.ts';
import type { Lane } from '../../../model/runs/lane.ts';
import type { TimeView } from '../../../model/time/time-view.ts';

/**
 * @property lanes how many lanes have something near the stretch on screen; `away`: how many that fit the filter have it
 *   elsewhere, and are left out.
 * @property late how many owners have begun to fail since the groups were put in order.
 */
export type LaneLayout = {
  readonly groups: readonly ShownGroup[];
  readonly rows: readonly Row[];
  readonly height: number;
  readonly away: number;
  readonly lanes: number;
  readonly late: number;
};

/** How the reader wants the lanes. */
export type LaneOptions = { readonly packed: boolean; readonly byName: boolean };

/**
 * @property pinned the line that stays wherever its runs are.
 * @property sorts whether groups may change places; `folds`: whether lines may fold away.
 */
type WantedLanes = LaneOptions & {
  readonly filter: PageFilter;
  readonly view: TimeView;
  readonly nowMs: number;
  readonly pinned: string | null;
  readonly sorts: boolean;
  readonly folds: boolean;
  readonly folding: Folding;
  readonly heights: RowHeights;
};

export const NO_LAYOUT: LaneLayout = { groups: [], rows: [], height: 0, away: 0, lanes: 0, late: 0 };
/** Fewer lines that do not change are not worth a fold. */
const WORTH_FOLDING = 4;

/** Which lines there are now, and in which order. */
export function createLaneLayout() {
  const keeper = createGroupKeeper();
  const order = createGroupOrder();
  let looked: ReadonlySet<string> = new Set();
  let folded: ReadonlySet<string> = new Set();

  return function layOutLanes(lanes: Iterable<Lane>, wanted: WantedLanes): LaneLayout {
    const { filter, nowMs, sorts, folds, packed, byName, folding, heights } = wanted;
    const named = [...lanes].filter((lane) => matchesNames(lane, filter));
    const all = keeper.groups(named, packed);
    const ordered = order.order(all, { nowMs, sorts });
    const urgencies = new Map(ordered.groups);
    const places = byName ? all : ordered.groups.map(([group]) => group);
    const unfolded = folds ? new Set<string>() : looked;
    const shown: ShownGroup[] = [];
    let [near, away] = [0, 0];
    for (const group of places) {
      const least = !folds && folded.has(group.key) ? 1 : WORTH_FOLDING;
      const chosen = chooseTracks(group, { ...wanted, unfolded, least });
      near += chosen.near;
      away += chosen.away;
      const { tracks, idle } = chosen;
      const urgency = urgencies.get(group) ?? 'calm';
      if (tracks.length + idle.length > 0) shown.push({ group, urgency, tracks, idle });
    }
    looked = new Set(shown.flatMap(({ tracks }) => tracks.map(({ key }) => key)));
    folded = new Set(shown.filter(({ idle }) => idle.length > 0).map(({ group }) => group.key));
    const late = byName ? 0 : ordered.late;
    return { groups: shown, ...layOut(shown, folding, heights), away, lanes: near, late };
  };
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
