import { collectionPath } from './collection-path.ts';
import type { Ending, EndingKind } from './ending.ts';
import { getJson } from './get-json.ts';
import { guardSink } from './guard-sink.ts';
import { readWatch, type Told } from './read-watch.ts';
import type { Attempt, ReflectorDeps } from './reflector-deps.ts';
import { isNewer } from './resource-version.ts';
import type { Change } from './watch-message.ts';

export interface Watching<Item> {
  /** Watches from the sink's resume point until the stream ends. */
  run(signal: AbortSignal): Promise<Attempt>;
  /** Takes over a stream at the end of its initial events. */
  startAt(resourceVersion: string): void;
  /** Hands on what a stream told; duplicates and older changes are dropped. */
  take(messages: readonly Told<Item>[]): Ending | null;
  /** The server's own limit for a stream, in seconds. */
  timeoutSeconds(): number;
}

/** How a watch that told nothing can have ended although its resourceVersion lies in the future. */
const MAY_BE_TOO_NEW: ReadonlySet<EndingKind> = new Set(['closed', 'short', 'silence', 'connection']);

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
      const changes: Change<Item>[] = [];
      let reached = position;
      let hasBookmark = false;
      for (const message of messages) {
        // It tells nothing new, but a sink that has lost what led here says so when it is asked.
        if (message.kind === 'bookmark' && message.resourceVersion === reached) hasBookmark = true;
        if (!isNewer(message.resourceVersion, reached)) continue;
        reached = message.resourceVersion;
        if (message.kind === 'bookmark') hasBookmark = true;
        else changes.push(message);
      }
      if (reached === position && !hasBookmark) return null;
      const ending = guardSink(() => {
        feed.changed(changes, reached, hasBookmark);
        return null;
      });
      if (ending !== null) return ending;
      position = reached;
      health.progress();
      return null;
    },
    // As client-go: without a limit of ours the server takes 30 to 60 minutes.
    timeoutSeconds: () => 300 + Math.floor(random() * 300),
    async run(signal) {
      const from = feed.resumePoint() ?? '';
      watching.startAt(from);
      let told = 0;
      let opened = false;
      const path = collectionPath(feed.collection, {
        watch: 1,
        allowWatchBookmarks: 'true',
        timeoutSeconds: watching.timeoutSeconds(),
        resourceVersion: from,
      });
      const ending = await readWatch<Item>(client, {
        path,
        signal,
        ...deadlines,
        project: feed.project,
        onContact() {
          opened = true;
          health.contact();
        },
        onMessages(messages) {
          told += messages.length;
          return watching.take(messages);
        },
      });
      const empty = opened && told === 0 && MAY_BE_TOO_NEW.has(ending.kind);
      return {
        listed: false,
        verb: 'watch',
        ending: empty ? await explainEmpty(ending, from, signal) : ending,
      };
    },
  };

  /**
   * A watch from a resourceVersion in the future is answered with a 200 that says nothing, not even bookmarks, until
   * somebody ends it (Kubernetes 1.36), like any watch without news. A list says clearly what is wrong.
   */
  async function explainEmpty(ending: Ending, from: string, signal: AbortSignal): Promise<Ending> {
    const path = collectionPath(feed.collection, {
      limit: 1,
      resourceVersion: from,
      resourceVersionMatch: 'NotOlderThan',
    });
    const answer = await getJson(client, path, signal);
    return answer.kind === 'ended' && answer.ending.kind === 'tooNew' ? answer.ending : ending;
  }

  return watching;
}
