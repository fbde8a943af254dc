import type { PageFilter } from '../../../model/address/page-address.ts';
import type { Row, RowHeights } from '../../../model/rows/owner-rows.ts';
import type { Trail } from '../../../model/runs/trail.ts';
import type { TimeView } from '../../../model/time/time-view.ts';
import type { Surface } from '../stage/surface.ts';
import { anchoredScroll, type LaneLayout, layOutLanes } from './lane-layout.ts';

const WIDE: RowHeights = { group: 26, lane: 34 };
/** On a phone the label stands above its bars. */
const NARROW: RowHeights = { group: 28, lane: 54 };
const LABEL_ROOM = 18;

/** The lines there are now, and how far they are scrolled. */
export function createLaneBoard({ scroller, spacer }: Surface, trail: Trail) {
  const collapsed = new Set<string>();
  let layout: LaneLayout = { groups: [], rows: [], height: 0, away: 0, lanes: 0 };
  let narrow = false;

  return {
    layout: () => layout,
    /** Whether there is more than one cluster on the board, so that each has to be named. */
    hasClusters: () => new Set(layout.groups.map(({ cluster }) => cluster)).size > 1,
    labelRoom: () => (narrow ? LABEL_ROOM : 0),
    laneHeight: () => (narrow ? NARROW : WIDE).lane,
    setNarrow(is: boolean): void {
      narrow = is;
    },
    toggle(groupKey: string): void {
      if (!collapsed.delete(groupKey)) collapsed.add(groupKey);
    },
    /** Chooses the lanes again; the one on top stays there. */
    refresh(filter: PageFilter, view: TimeView, pinned: string | null): void {
      const before = layout.rows;
      layout = layOutLanes(trail.lanes().values(), {
        ...{ filter, view, pinned, collapsed },
        heights: narrow ? NARROW : WIDE,
      });
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
