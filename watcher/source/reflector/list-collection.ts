import { streamingListPath } from '../api/collection-path.ts';
import type { Ending, EndingKind } from '../api/ending.ts';
import { guardSink } from '../api/ending.ts';
import { listPages } from '../api/list-pages.ts';
import { readWatch, type Told } from '../api/read-watch.ts';
import { isOlder } from '../api/resource-version.ts';
import type { ObjectChange } from '../api/watch-message.ts';
import type { ListReason } from '../sink/source-batch.ts';
import type { ReadAttempt, ReflectorDeps } from './reflector-deps.ts';
import type { Watching } from './watch-collection.ts';

const BROKEN: ReadonlySet<EndingKind> = new Set([
  'closed',
  'short',
  'connection',
  'noAnswer',
  'silence',
  'malformed',
  'overlong',
]);

interface Listing {
  /** Lists everything, as a stream where the server can: that stream then goes on as the watch. */
  run(why: ListReason, signal: AbortSignal): Promise<ReadAttempt>;
}

/**
 * The listing half of the reflector.
 *
 * - `expired` lists at or after the resume point, so that a lagging API server waits or refuses instead of
 *   answering with the past; should the server not know that resourceVersion at all, the most recent state.
 * - A list older than the resume point, or with a Pod older than seen, is rejected (`lagging`, `rewound`), except after
 *   `epochChanged`, when the past is all there is.
 * - Streaming lists are given up for good after a 4xx; for one attempt after a broken one, so that a link that breaks
 *   every long stream still gets its list page by page; and until the next complete list after a rejected one, because
 *   pages say at once which state they show.
 */
export function createListing<Item>(
  deps: ReflectorDeps<Item>,
  watching: Watching<Item>,
  /** Called when a list is complete; its stream may go on for minutes. */
  onListed: () => void,
): Listing {
  const { client, feed, health, deadlines } = deps;
  let streaming: 'try' | 'pause' | 'unsupported' = 'try';
  let rejected = false;
  let anchored = true;

  type ListCall = {
    readonly why: ListReason;
    readonly signal: AbortSignal;
    readonly checkpoint: string | null;
  };

  function notOlderThan({ why, checkpoint }: ListCall): string | null {
    return why === 'expired' && anchored ? checkpoint : null;
  }

  function checkAge({ why, checkpoint }: ListCall, resourceVersion: string): Ending | null {
    if (why === 'epochChanged' || checkpoint === null || !isOlder(resourceVersion, checkpoint)) return null;
    const message = `the API server listed the state at ${resourceVersion}, older than ${checkpoint} which was seen`;
    return { kind: 'lagging', message };
  }

  function complete(resourceVersion: string): Ending | null {
    return guardSink(() => {
      feed.listComplete(resourceVersion);
      anchored = true;
      rejected = false;
      onListed();
      health.progress();
      return null;
    });
  }

  async function paged(call: ListCall): Promise<ReadAttempt> {
    const result = await listPages<Item>(client, {
      collection: feed.collection,
      notOlderThan: notOlderThan(call),
      project: feed.project,
      signal: call.signal,
      onPage(items, resourceVersion) {
        health.contact();
        return checkAge(call, resourceVersion) ?? guardSink(() => feed.listPage(items, resourceVersion));
      },
    });
    const ending = result.kind === 'ended' ? result.ending : complete(result.resourceVersion);
    return { listed: ending === null, verb: 'list', ending };
  }

  async function streamed(call: ListCall): Promise<ReadAttempt> {
    let listed = false;

    function takeInitial(messages: readonly Told<Item>[]): Ending | null {
      const end = messages.findIndex((message) => message.kind === 'bookmark');
      const initial = end === -1 ? messages : messages.slice(0, end);
      const changes = initial.filter(
        (message): message is Extract<Told<Item>, ObjectChange<Item>> => message.kind === 'change',
      );
      const ending = guardSink(() => feed.listPage(changes, null));
      const bookmark = messages[end];
      if (ending !== null || bookmark?.kind !== 'bookmark') return ending;
      if (!bookmark.initialEventsEnd) {
        return {
          kind: 'unsupported',
          message: 'the server sends bookmarks but no end of the initial events',
        };
      }
      const failed = checkAge(call, bookmark.resourceVersion) ?? complete(bookmark.resourceVersion);
      if (failed !== null) return failed;
      listed = true;
      health.enter('watching');
      watching.startAt(bookmark.resourceVersion);
      return watching.take(messages.slice(end + 1));
    }

    const timeoutSeconds = watching.timeoutSeconds();
    const ending = await readWatch<Item>(client, {
      path: streamingListPath(feed.collection, { notOlderThan: notOlderThan(call), timeoutSeconds }),
      signal: call.signal,
      ...deadlines,
      timeoutSeconds,
      project: feed.project,
      isListing: () => !listed,
      onContact: health.contact,
      onMessages: (messages) => (listed ? watching.take(messages) : takeInitial(messages)),
    });
    return { listed, verb: 'watch', ending: listed ? watching.over(ending) : beforeTheEnd(ending) };
  }

  function beforeTheEnd(ending: Ending): Ending {
    if (ending.kind === 'rejected' || ending.kind === 'unsupported' || ending.kind === 'absent') {
      streaming = 'unsupported';
      return { kind: 'unsupported', message: `listing in pages: ${ending.message}` };
    }
    if (BROKEN.has(ending.kind)) streaming = 'pause';
    if (ending.kind !== 'closed' && ending.kind !== 'short') return ending;
    return { kind: 'connection', message: 'the API server ended a streaming list before its end' };
  }

  return {
    async run(why, signal) {
      feed.listStarted(why);
      const call: ListCall = { why, signal, checkpoint: feed.resumePoint() };
      const asPages = streaming !== 'try' || rejected;
      if (streaming === 'pause') streaming = 'try';
      const attempt = asPages ? await paged(call) : await streamed(call);
      if (attempt.listed) return attempt;
      const kind = attempt.ending?.kind;
      if (kind === 'expired') anchored = false;
      if (kind === 'lagging' || kind === 'rewound') rejected = true;
      // Pages are not there either: it was not the stream that the server does not know.
      if (kind === 'absent') streaming = 'try';
      return attempt;
    },
  };
}
