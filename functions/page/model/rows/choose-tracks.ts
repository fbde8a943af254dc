import type { PageFilter } from '../address/page-address.ts';
import { type Lane, laneIsIdle } from '../runs/lane.ts';
import { spanOf, type TimeView } from '../time/time-view.ts';
import type { TrackGroup } from './group-keeper.ts';
import type { Track } from './lane-tracks.ts';
import { matchesLane, matchReaches } from './run-filter.ts';

/**
 * Which lines of a group are worth their place now.
 *
 * @property near how many lanes have something wanted within or near the stretch; `away`: those that have it elsewhere.
 */
type ChosenTracks = {
  readonly tracks: readonly Track[];
  readonly idle: readonly Track[];
  readonly near: number;
  readonly away: number;
};

/**
 * @property pinned the line that stays, wherever its runs are.
 * @property unfolded lines that are not to be folded away now: those one looks at.
 * @property least so many are worth folding.
 */
type Wanted = {
  readonly filter: PageFilter;
  readonly view: TimeView;
  readonly pinned: string | null;
  readonly unfolded: ReadonlySet<string>;
  readonly least: number;
};

/** A lane stays while it has a run within this much of the view, as a share of the span. */
const NEARBY = 0.2;

/** Leaves out what has nothing wanted near the stretch, and puts aside what does not change in it. */
export function chooseTracks({ tracks }: TrackGroup, wanted: Wanted): ChosenTracks {
  const { filter, view, pinned, unfolded, least } = wanted;
  const room = spanOf(view) * NEARBY;
  const stretch = [view.fromMs - room, view.toMs + room] as const;
  let near = 0;
  let away = 0;
  const shown: Track[] = [];
  const idle = new Set<Track>();
  for (const track of tracks) {
    const lanes = track.lanes.filter((lane) => matchesLane(lane, filter));
    const here = lanes.filter((lane) => matchReaches(lane, filter, stretch));
    near += here.length;
    away += lanes.length - here.length;
    if (lanes.length === 0 || (here.length === 0 && track.key !== pinned)) continue;
    const line = lanes.length === track.lanes.length ? track : { ...track, lanes };
    shown.push(line);
    if (track.key !== pinned && !unfolded.has(track.key) && isIdle(here, stretch)) idle.add(line);
  }
  if (idle.size < least) idle.clear();
  return { tracks: shown.filter((track) => !idle.has(track)), idle: [...idle], near, away };
}

function isIdle(lanes: readonly Lane[], [fromMs, toMs]: readonly [number, number]): boolean {
  return lanes.every((lane) => laneIsIdle(lane, fromMs, toMs));
}
