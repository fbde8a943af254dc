import { collectionPath } from '../api/collection-path.ts';
import type { Ending } from '../api/ending.ts';
import { guardSink } from '../api/ending.ts';
import { readWatch, type Told } from '../api/read-watch.ts';
import { isNewer, isOlder } from '../api/resource-version.ts';
import type { ObjectChange } from '../api/watch-message.ts';
import type { ReadAttempt, ReflectorDeps } from './reflector-deps.ts';

export interface Watching<Item> {
  /** Watches from the sink's resume point until the stream ends. */
  run(signal: AbortSignal): Promise<ReadAttempt>;
  /** Takes over a stream at the end of its initial events. */
  startAt(resourceVersion: string): void;
  /** Hands on what a stream told; duplicates and older changes are dropped. */
  take(messages: readonly Told<Item>[]): Ending | null;
  /** The stream has ended: moves the resume point to where it came. Returns how it ended all in all. */
  over(ending: Ending): Ending;
  /** The server's own limit for a stream, in seconds. */
  timeoutSeconds(): number;
}

/** The watching half of the reflector. */
export function createWatching<Item>(deps: ReflectorDeps<Item>): Watching<Item> {
  const { client, feed, health, random, deadlines } = deps;
  /** Every change in a stream is newer than the one before: what is not has been told already. */
  let position = '';

  const watching: Watching<Item> = {
    startAt(resourceVersion) {
      position = resourceVersion;
      feed.watchStarted(resourceVersion);
    },
    take(messages) {
      const changes: ObjectChange<Item>[] = [];
      let reached = position;
      let hasBookmark = false;
      let behind: string | null = null;
      for (const message of messages) {
        // It tells nothing new, but a sink that has lost what led here says so when it is asked.
        if (message.kind === 'bookmark' && message.resourceVersion === reached) hasBookmark = true;
        if (message.kind === 'bookmark' && isOlder(message.resourceVersion, reached)) {
          behind = message.resourceVersion;
          break;
        }
        if (!isNewer(message.resourceVersion, reached)) continue;
        reached = message.resourceVersion;
        if (message.kind === 'bookmark') hasBookmark = true;
        else changes.push(message);
      }
      const ending = hasBookmark || reached !== position ? handOn(changes, reached, hasBookmark) : null;
      return ending ?? (behind === null ? null : bookmarkBehind(behind, reached));
    },
    over(ending) {
      if (ending.inTime) health.progress();
      if (ending.kind === 'sink' || ending.kind === 'stopped' || feed.resumePoint() === position)
        return ending;
      // Changes that are of no interest do not move the resume point, and it would grow old.
      return guardSink(() => void feed.changed([], position, true)) ?? ending;
    },
    // As client-go: without a limit of ours the server takes 30 to 60 minutes.
    timeoutSeconds: () => 300 + Math.floor(random() * 300),
    async run(signal) {
      const from = feed.resumePoint() ?? '';
      watching.startAt(from);
      const timeoutSeconds = watching.timeoutSeconds();
      const path = collectionPath(feed.collection, {
        watch: 1,
        allowWatchBookmarks: 'true',
        timeoutSeconds,
        resourceVersion: from,
      });
      const ending = await readWatch<Item>(client, {
        path,
        signal,
        ...deadlines,
        timeoutSeconds,
        project: feed.project,
        onContact: health.contact,
        onOpen: health.opened,
        onMessages: watching.take,
      });
      return { listed: false, verb: 'watch', ending: watching.over(ending) };
    },
  };

  function handOn(
    changes: readonly ObjectChange<Item>[],
    reached: string,
    hasBookmark: boolean,
  ): Ending | null {
    const ending = guardSink(() => void feed.changed(changes, reached, hasBookmark));
    if (ending !== null) return ending;
    position = reached;
    health.progress();
    return null;
  }

  return watching;
}

/** No server sends one of before its watch began (apiserver's `cache_watcher.go`): it counts otherwise than before. */
function bookmarkBehind(resourceVersion: string, reached: string): Ending {
  const message = `the API server sent a bookmark of ${resourceVersion} to a watch that had come to ${reached}`;
  return { kind: 'lagging', message };
}
