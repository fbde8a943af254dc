import type { Lane } from '../runs/lane.ts';
import type { TrackGroup } from './group-keeper.ts';
import type { Urgency } from './group-urgency.ts';
import type { Track } from './lane-tracks.ts';

/** A line of the timeline: the heading of an owner's containers, a track of them, or what is folded away. */
export type Row = GroupRow | LaneRow | FoldRow;
type Place = {
  readonly key: string;
  readonly group: TrackGroup;
  readonly y: number;
  readonly height: number;
};
/** @property lanes what it stands for while it is closed. */
export type GroupRow = Place & {
  readonly kind: 'group';
  readonly lanes: readonly Lane[];
  readonly urgency: Urgency;
  readonly collapsed: boolean;
};
/** @property first whether it is the first of its Pods, the one that carries their name. */
export type LaneRow = Place & {
  readonly kind: 'lane';
  readonly lanes: readonly Lane[];
  readonly first: boolean;
  readonly last: boolean;
};
/** @property lanes those that are folded away, or shown below it. */
export type FoldRow = Place & {
  readonly kind: 'fold';
  readonly lanes: readonly Lane[];
  readonly open: boolean;
};

/** @property idle tracks without any change, to be folded away. */
export type ShownGroup = {
  readonly group: TrackGroup;
  readonly urgency: Urgency;
  readonly tracks: readonly Track[];
  readonly idle: readonly Track[];
};

export type RowHeights = { readonly group: number; readonly lane: number };

/** Which groups are closed, and which show what is folded away: by their keys. */
export type Folding = { readonly collapsed: ReadonlySet<string>; readonly unfolded: ReadonlySet<string> };

/** Puts the groups under each other, in pixels from the top. */
export function layOut(
  groups: readonly ShownGroup[],
  { collapsed, unfolded }: Folding,
  heights: RowHeights,
): { readonly rows: readonly Row[]; readonly height: number } {
  const rows: Row[] = [];
  let y = 0;
  const next = (height: number) => {
    y += height;
    return { y: y - height, height };
  };
  const addTracks = (group: TrackGroup, tracks: readonly Track[]) =>
    tracks.forEach(({ key, slot, lanes }, index) => {
      const [first, last] = [tracks[index - 1]?.slot !== slot, tracks[index + 1]?.slot !== slot];
      rows.push({ kind: 'lane', key, group, lanes, first, last, ...next(heights.lane) });
    });

  for (const { group, urgency, tracks, idle } of groups) {
    const { key } = group;
    const closed = collapsed.has(key);
    const lanes = [...tracks, ...idle].flatMap((track) => track.lanes);
    rows.push({ kind: 'group', key, group, lanes, urgency, collapsed: closed, ...next(heights.group) });
    if (closed) continue;
    addTracks(group, tracks);
    if (idle.length === 0) continue;
    const open = unfolded.has(key);
    const folded = idle.flatMap((track) => track.lanes);
    rows.push({ kind: 'fold', key, group, lanes: folded, open, ...next(heights.group) });
    if (open) addTracks(group, idle);
  }
  return { rows, height: y };
}

/** The row at a height, or the nearest one; -1 when there are none. */
export function rowIndexAt(rows: readonly Row[], y: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((rows[middle]?.y ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return rows.length === 0 ? -1 : low;
}
