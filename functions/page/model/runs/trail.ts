import type { TimelineEntry } from '../../../timeline/timeline.ts';
import { buildLane, type Lane, laneKey } from './lane.ts';
import { mergeEntry } from './merge-entry.ts';

/** What a cluster's watcher said about itself: a stretch it knows nothing of, or a subscription that was ended. */
export type ClusterNote = {
  readonly kind: 'gap' | 'disabled';
  readonly cluster: string;
  /** The one that is concerned; null where any may be. */
  readonly namespace: string | null;
  /** Equal to `toMs` where there is no stretch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly entry: TimelineEntry;
};

/** The entries a page holds, and the lanes they make. */
export type Trail = {
  /** In any order, also again; says whether anything was new. */
  add(entries: readonly TimelineEntry[]): boolean;
  /** By their keys; the same objects as long as nothing about a lane has changed. */
  lanes(): ReadonlyMap<string, Lane>;
  notes(): readonly ClusterNote[];
  entry(eventId: string): TimelineEntry | undefined;
  size(): number;
  /**
   * Lets the oldest go, except for what still runs, when there are more than `limit`; the rest is nine tenths of it.
   *
   * @returns the moment from which everything is still here, or null when nothing went.
   */
  trim(limit: number): number | null;
};

export function createTrail(): Trail {
  const entries = new Map<string, TimelineEntry>();
  const members = new Map<string, Set<string>>();
  const lanes = new Map<string, Lane>();
  const noted = new Map<string, ClusterNote>();
  const stale = new Set<string>();

  function put(entry: TimelineEntry): boolean {
    const known = entries.get(entry.eventId);
    const merged = mergeEntry(known ?? entry, entry);
    if (known !== undefined && sameTelling(known, merged)) return false;
    entries.set(entry.eventId, merged);
    const key = laneKey(merged);
    if (key === null) note(merged);
    else {
      const group = members.get(key) ?? new Set();
      members.set(key, group.add(entry.eventId));
      stale.add(key);
    }
    return true;
  }

  function note(entry: TimelineEntry): void {
    if (entry.hook !== 'gap' && entry.hook !== 'disabled') return;
    const toMs = entry.occurredAtMs;
    const fromMs = Math.min(entry.gapFromMs ?? toMs, toMs);
    const { hook: kind, cluster, namespace } = entry;
    noted.set(entry.eventId, { kind, cluster, namespace, fromMs, toMs, entry });
  }

  function refresh(): void {
    for (const key of stale) {
      const ids = members.get(key) ?? new Set<string>();
      const own = [...ids].map((id) => entries.get(id)).filter((entry) => entry !== undefined);
      if (own.length === 0) lanes.delete(key);
      else lanes.set(key, buildLane(key, own));
    }
    stale.clear();
  }

  function remove({ eventId }: TimelineEntry): void {
    const entry = entries.get(eventId);
    const key = entry === undefined ? null : laneKey(entry);
    entries.delete(eventId);
    noted.delete(eventId);
    if (key === null) return;
    const group = members.get(key);
    group?.delete(eventId);
    if (group?.size === 0) members.delete(key);
    stale.add(key);
  }

  return {
    add: (given) => given.map(put).includes(true),
    lanes() {
      refresh();
      return lanes;
    },
    notes: () => [...noted.values()].sort((a, b) => a.fromMs - b.fromMs),
    entry: (eventId) => entries.get(eventId),
    size: () => entries.size,
    trim(limit) {
      if (entries.size <= limit) return null;
      refresh();
      const alive = aliveEvents(lanes.values());
      const old = [...entries.values()]
        .filter(({ eventId }) => !alive.has(eventId))
        .sort((a, b) => a.occurredAtMs - b.occurredAtMs)
        .slice(0, Math.ceil(entries.size - limit * 0.9));
      old.forEach(remove);
      return (old.at(-1)?.occurredAtMs ?? 0) + 1;
    },
  };
}

function aliveEvents(lanes: Iterable<Lane>): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { runs } of lanes) {
    for (const { toMs, marks } of runs)
      if (toMs === null) for (const { entry } of marks) ids.add(entry.eventId);
  }
  return ids;
}

function sameTelling(a: TimelineEntry, b: TimelineEntry): boolean {
  return (
    a.recordedAtMs === b.recordedAtMs &&
    a.attempt === b.attempt &&
    a.reruns?.length === b.reruns?.length &&
    a.runs.length === b.runs.length &&
    a.runs.every((run, index) => {
      const other = b.runs[index];
      return run.handler === other?.handler && run.attempt === other.attempt && run.outcome === other.outcome;
    })
  );
}
