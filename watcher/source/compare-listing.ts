import type { PodSnapshot } from '../lifecycle/snapshot/pod-snapshot.ts';
import { hasReached, isNewer, isOlder } from './api/resource-version.ts';
import type { VersionTable } from './version-table.ts';

/** What a full list showed the watch not to have told. */
export type Missed = {
  readonly seen: readonly PodSnapshot[];
  readonly gone: readonly string[];
  /** Pods from before this process began to watch: key to resourceVersion. */
  readonly baseline: ReadonlyMap<string, string>;
};

export interface ListingComparison {
  /**
   * @param listedAt resourceVersion of the list
   * @returns Pods that have not changed since this process began to watch.
   */
  page(pods: readonly PodSnapshot[], listedAt: string): readonly PodSnapshot[];
  /** The watch told of a deletion while the list was being made. */
  removed(key: string, resourceVersion: string): void;
  complete(resourceVersion: string): void;
  /** A Pod is listed as it was before what the watch told, in a state after that: not one history; null: none is. */
  rewound(): string | null;
  /** The result, once the watch has come to `position`, at or past the list's resourceVersion; null before that. */
  conclude(position: string): Missed | null;
}

/**
 * Compares a full list with what the watch has told, without stopping the watch. At first only suspects are noted:
 * the list may be ahead of the watch. When the watch has passed the state that was listed, whatever it still has
 * not told is missed. Snapshots are kept for suspects only.
 *
 * @param known resourceVersion last seen, by key; changes while the watch goes on
 * @param floor where watching began without a list: older Pods are not in `known`, and yet not missed
 */
export function createListingComparison(
  known: Pick<VersionTable, 'get' | 'has' | typeof Symbol.iterator>,
  floor: string | null,
): ListingComparison {
  const listed = new Set<string>();
  const suspects = new Map<string, PodSnapshot>();
  const baseline = new Map<string, string>();
  const removed = new Map<string, string>();
  let listedAt: string | null = null;
  let rewound: string | null = null;

  const isRewound = ({ key, resourceVersion }: PodSnapshot, at: string) => {
    const seen = known.get(key);
    return seen !== undefined && isOlder(resourceVersion, seen) && hasReached(at, seen);
  };

  const told = ({ key, resourceVersion }: PodSnapshot) =>
    [known.get(key), removed.get(key)].some((seen) => seen !== undefined && !isNewer(resourceVersion, seen));

  return {
    page(pods, at) {
      const old: PodSnapshot[] = [];
      for (const pod of pods) {
        listed.add(pod.key);
        if (isRewound(pod, at)) rewound ??= pod.key;
        if (told(pod)) continue;
        const isOld = floor !== null && !known.has(pod.key) && !isNewer(pod.resourceVersion, floor);
        if (isOld) {
          baseline.set(pod.key, pod.resourceVersion);
          old.push(pod);
        } else suspects.set(pod.key, pod);
      }
      return old;
    },
    removed(key, resourceVersion) {
      removed.set(key, resourceVersion);
    },
    complete(resourceVersion) {
      listedAt = resourceVersion;
    },
    rewound: () => rewound,
    conclude(position) {
      const at = listedAt;
      if (at === null || !hasReached(position, at)) return null;
      const gone: string[] = [];
      // A loop, because at 50,000 Pods a copy of them all would be in the way of everything else.
      for (const [key, seen] of known) if (!listed.has(key) && hasReached(at, seen)) gone.push(key);
      const untouched = [...baseline].filter(([key]) => !known.has(key) && !removed.has(key));
      return {
        seen: [...suspects.values()].filter((pod) => !told(pod)),
        gone,
        baseline: new Map(untouched),
      };
    },
  };
}
