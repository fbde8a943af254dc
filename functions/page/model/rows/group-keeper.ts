import type { Lane } from '../runs/lane.ts';
import { packedTracks, podTracks, type Track, type TrackSlots } from './lane-tracks.ts';
import { byPlace, type OwnerGroup, partitionByOwner, toOwnerGroup } from './owner-group.ts';

/** @property tracks its lines, from top to bottom. */
export type TrackGroup = OwnerGroup & { readonly tracks: readonly Track[] };

type Kept = { readonly lanes: readonly Lane[]; readonly packed: boolean; readonly group: TrackGroup };

/**
 * The groups of owners and their lines, by name. A group whose lanes have not changed is not worked out again, and Pods
 * keep the lines they were given, so that nothing jumps when others come.
 */
export function createGroupKeeper() {
  let kept: ReadonlyMap<string, Kept> = new Map();
  const slots = new Map<string, TrackSlots>();

  function slotsOf(key: string): TrackSlots {
    const known = slots.get(key) ?? new Map();
    slots.set(key, known);
    return known;
  }

  function build(key: string, lanes: readonly Lane[], packed: boolean): Kept {
    const group = toOwnerGroup(key, lanes);
    const tracks = packed ? packedTracks(group, slotsOf(key)) : podTracks(group);
    return { lanes, packed, group: { ...group, tracks } };
  }

  return {
    /** @param packed whether Pods may share lines. */
    groups(lanes: Iterable<Lane>, packed: boolean): readonly TrackGroup[] {
      const next = new Map<string, Kept>();
      for (const [key, members] of partitionByOwner(lanes)) {
        const known = kept.get(key);
        const same = known?.packed === packed && isSame(known.lanes, members);
        next.set(key, same ? known : build(key, members, packed));
      }
      kept = next;
      return [...next.values()].map(({ group }) => group).sort(byPlace);
    },
  };
}

function isSame(a: readonly Lane[], b: readonly Lane[]): boolean {
  return a.length === b.length && a.every((lane, index) => lane === b[index]);
}
