import type { PodSnapshot } from '../lifecycle/snapshot/pod-snapshot.ts';
import { readPod } from '../lifecycle/snapshot/project-pod.ts';
import type { Collection } from './api/collection-path.ts';
import type { Ending } from './api/ending.ts';
import { hasReached, isOlder } from './api/resource-version.ts';
import { createListingComparison, type ListingComparison, type Missed } from './compare-listing.ts';
import type { Feed } from './reflector/feed.ts';
import type { AsideObject, SetAside } from './sink/set-aside.ts';
import type { BatchSink, ListedKeys, ListReason, PodChange } from './sink/source-batch.ts';
import { streamOf } from './sink/stream-name.ts';
import { createVersionTable, type VersionTable } from './version-table.ts';

export interface PodFeed extends Feed<PodSnapshot> {
  /** Begins a comparison with a full list, in place of one that did not come to its end. */
  compare(): ListingComparison;
  /**
   * The list to compare with is complete. The comparison ends now or when the watch has passed that state; it is
   * void if a new list replaces everything, or if the list is older than what the watch had told before.
   */
  compareAt(comparison: ListingComparison, resourceVersion: string): void;
}

/** What a list has shown so far. It grows page by page, so that its end has little to do. */
type Listed = {
  readonly why: ListReason;
  readonly versions: VersionTable;
};

type PodFeedOptions = {
  readonly collection: Collection;
  readonly sink: BatchSink;
  readonly onMissed: (missed: Missed) => void;
  readonly setAside: SetAside;
};

/** There is nothing to tell such Pods apart by, so they are one. */
function unkeyed({ namespace }: Collection): AsideObject {
  return {
    ...{ resource: 'pods', reason: 'unreadable', key: '', name: namespace === null ? '' : `${namespace}/` },
    why: 'its UID is none that an API server makes',
  };
}

/**
 * Turns what the reflector reads about Pods into batches, and remembers the resourceVersion last seen of each Pod
 * that exists: about 200 bytes a Pod, the only thing kept in memory about them.
 */
export function createPodFeed({ collection, sink, onMissed, setAside }: PodFeedOptions): PodFeed {
  const stream = streamOf('pods', collection.namespace);
  let known = createVersionTable();
  let listing: Listed | null = null;
  /** `known` began empty at `floor`, a resume point: Pods that did not change since are missing from it. */
  let baseline: { readonly floor: string } | 'complete' | null = null;
  let position = '';
  let comparison: { readonly running: ListingComparison; readonly startedAt: string } | null = null;

  function remember(change: PodChange): void {
    const { key, resourceVersion } = change.pod;
    if (change.kind === 'seen') {
      known.set(key, resourceVersion);
    } else {
      known.delete(key);
      comparison?.running.removed(key, resourceVersion);
    }
  }

  /**
   * What has not changed since this process began is handed on as the list shows it: if the watch of the process
   * before missed a change, nothing else would tell. To a sink that knows the Pods so, they are no news.
   */
  function handingOn(running: ListingComparison): ListingComparison {
    const startedAt = position;
    return {
      ...running,
      page(pods, listedAt) {
        const old = running.page(pods, listedAt);
        // A list from the past may hold Pods that the watch has told to be gone.
        if (old.length > 0 && !isOlder(listedAt, startedAt))
          sink.accept({ stream, kind: 'page', why: 'resync', pods: old });
        return old;
      },
    };
  }

  function concludeComparison(): void {
    const missed = comparison?.running.conclude(position) ?? null;
    if (missed === null) return;
    comparison = null;
    const { seen, gone } = missed;
    if (seen.length + gone.length > 0) {
      sink.accept({ stream, kind: 'missed', seen, gone });
      for (const pod of seen) known.set(pod.key, pod.resourceVersion);
      for (const key of gone) known.delete(key);
      onMissed(missed);
    }
    if (baseline === 'complete') return;
    // After a restart only this tells the sink which of the Pods it remembers are still there.
    const keys = new Set([...known.keys(), ...missed.baseline.keys()]);
    sink.accept({ stream, kind: 'listed', why: 'resync', keys, resourceVersion: position });
    for (const [key, resourceVersion] of missed.baseline) known.set(key, resourceVersion);
    baseline = 'complete';
  }

  return {
    collection,
    expires: false,
    project(object) {
      const pod = readPod(object);
      if (pod === null) setAside.add(unkeyed(collection));
      return pod;
    },
    resumePoint: () => sink.resumePoint(stream),
    listStarted(why) {
      listing = { why, versions: createVersionTable() };
      comparison = null;
    },
    listPage(changes, listedAt) {
      if (listing === null) return null;
      const pods: PodSnapshot[] = [];
      for (const { item, deleted, resourceVersion } of changes) {
        if (item === null) continue;
        const seen = listing.why === 'epochChanged' ? undefined : known.get(item.key);
        if (seen !== undefined && isOlder(resourceVersion, seen)) return behind(item, seen, listedAt);
        // A streaming list may tell of a deletion before its end: the last state is handed on, then the Pod is missing.
        if (deleted) listing.versions.delete(item.key);
        else listing.versions.set(item.key, resourceVersion);
        pods.push(item);
      }
      if (pods.length > 0) sink.accept({ stream, kind: 'page', why: listing.why, pods });
      return null;
    },
    listComplete(resourceVersion) {
      if (listing === null) return;
      const { why, versions } = listing;
      sink.accept({ stream, kind: 'listed', why, keys: keysOf(versions), resourceVersion });
      known = versions;
      baseline = 'complete';
      listing = null;
    },
    watchStarted(resourceVersion) {
      position = resourceVersion;
      baseline ??= { floor: resourceVersion };
      // Its list may be of a line of history that a restore has ended since; the next one will do.
      comparison = null;
    },
    changed(all, resourceVersion, hasBookmark) {
      const changes = all.flatMap(({ item, deleted }): PodChange[] => {
        if (item === null || (!deleted && known.get(item.key) === item.resourceVersion)) return [];
        return [{ kind: deleted ? 'gone' : 'seen', pod: item }];
      });
      // Changes that are of no interest are not worth a write; the next bookmark moves the resume point.
      if (changes.length > 0 || hasBookmark)
        sink.accept({ stream, kind: 'changes', changes, resourceVersion });
      for (const change of changes) remember(change);
      position = resourceVersion;
      concludeComparison();
    },
    compare() {
      const floor = baseline === null || baseline === 'complete' ? null : baseline.floor;
      const running = handingOn(createListingComparison(known, floor));
      comparison = { running, startedAt: position };
      return running;
    },
    compareAt(running, resourceVersion) {
      if (comparison?.running !== running) return;
      if (isOlder(resourceVersion, comparison.startedAt)) {
        comparison = null;
        return;
      }
      running.complete(resourceVersion);
      concludeComparison();
    },
  };
}

/** Without copying them: a second table of 50,000 keys takes megabytes, and milliseconds whenever it grows. */
function keysOf(versions: VersionTable): ListedKeys {
  return { has: versions.has, [Symbol.iterator]: () => versions.keys()[Symbol.iterator]() };
}

function behind({ key }: PodSnapshot, seen: string, listedAt: string | null): Ending {
  const isFromAfter = listedAt !== null && hasReached(listedAt, seen);
  const message = `a list ${isFromAfter ? `of the state at ${listedAt} ` : ''}shows Pod ${key} as it was before ${seen}`;
  return { kind: isFromAfter ? 'rewound' : 'lagging', message };
}
