import type { PageFilter } from '../../../model/address/page-address.ts';
import type { Row, RowHeights } from '../../../model/rows/lay-out.ts';
import type { Trail } from '../../../model/runs/trail.ts';
import type { TimeView } from '../../../model/time/time-view.ts';
import type { Surface } from '../stage/surface.ts';
import {
  anchoredScroll,
  createLaneLayout,
  type LaneLayout,
  type LaneOptions,
  NO_LAYOUT,
} from './lane-layout.ts';

const WIDE: RowHeights = { group: 26, lane: 34 };
/** On a phone the label stands above its bars. */
const NARROW: RowHeights = { group: 28, lane: 54 };
const LABEL_ROOM = 18;

export type Refresh = {
  readonly filter: PageFilter;
  readonly view: TimeView;
  readonly nowMs: number;
  /** The line that must not leave the screen. */
  readonly pinned: string | null;
  /** Whether groups may change places, and whether lines may fold away. */
  readonly sorts: boolean;
  readonly folds: boolean;
};

/** The lines there are now, and how far they are scrolled. */
export function createLaneBoard({ scroller, spacer }: Surface, trail: Trail) {
  const layOutLanes = createLaneLayout();
  const folding = { collapsed: new Set<string>(), unfolded: new Set<string>() };
  let options: LaneOptions = { packed: true, byName: false };
  let layout: LaneLayout = NO_LAYOUT;
  let narrow = false;

  return {
    layout: () => layout,
    /** Whether there is more than one cluster on the board, so that each has to be named. */
    hasClusters: () => new Set(layout.groups.map(({ group }) => group.cluster)).size > 1,
    labelRoom: () => (narrow ? LABEL_ROOM : 0),
    laneHeight: () => (narrow ? NARROW : WIDE).lane,
    setNarrow(is: boolean): void {
      narrow = is;
    },
    options: () => options,
    setOptions(next: LaneOptions): void {
      options = next;
    },
    /** Closes or opens a group, or what is folded away in it. */
    toggle(kind: 'group' | 'fold', groupKey: string): void {
      const keys = kind === 'group' ? folding.collapsed : folding.unfolded;
      if (!keys.delete(groupKey)) keys.add(groupKey);
    },
    /** Chooses the lines again; the one on top stays there. */
    refresh(wanted: Refresh): void {
      const before = layout.rows;
      const heights = narrow ? NARROW : WIDE;
      layout = layOutLanes(trail.lanes().values(), { ...wanted, ...options, folding, heights });
      const scrollTop = anchoredScroll(before, layout.rows, scroller.scrollTop);
      const height = `${layout.height}px`;
      if (spacer.style.minHeight !== height) spacer.style.minHeight = height;
      if (scrollTop !== scroller.scrollTop) scroller.scrollTop = scrollTop;
    },
    scrollTo(row: Row): void {
      const { scrollTop, clientHeight } = scroller;
      if (row.y < scrollTop) scroller.scrollTop = row.y - WIDE.group;
      else if (row.y + row.height > scrollTop + clientHeight) {
        scroller.scrollTop = row.y + row.height - clientHeight + WIDE.group / 2;
      }
    },
  };
}

export type LaneBoard = ReturnType<typeof createLaneBoard>;
