import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { every } from '../../../settings/ambient/every.ts';
import { badRequest, StatusError } from './http/status-error.ts';
import { parseVersion } from './list.ts';
import type { KubeObject } from './objects.ts';
import { apiVersion, type Resource } from './resource.ts';
import type { Matcher } from './selectors.ts';
import type { Change, Store } from './store.ts';
import { toTable } from './table.ts';

/** A client that lets this many bytes pile up is cut off, as the API server does with a slow watcher. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

/** Without `timeoutSeconds` the server picks a time between 30 and 60 minutes (`MinRequestTimeout` 1800 s). */
const DEFAULT_TIMEOUT_SECONDS = 1800;

/** A stream that is about to end says how far it came (`cache_watcher.go`, `nextBookmarkTime`). */
const LAST_BOOKMARK_BEFORE_END_MS = 2000;

export type WatchRequest = { resource: Resource; matches: Matcher; query: URLSearchParams; table: boolean };

export type Watches = ReturnType<typeof createWatches>;

/**
 * The open watch streams: each writes what its selector sees of every change, bookmarks while it is quiet (not of Events,
 * which have no watch cache), and ends after its timeout.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function createWatches({
  store,
  clock,
  bookmarkIntervalMs,
}: {
  store: Store;
  clock: Clock;
  bookmarkIntervalMs: number;
}) {
  const open = new Map<ServerResponse, () => void>();
  let silent = false;

  function write(response: ServerResponse, type: string, object: unknown): void {
    if (silent) return;
    response.write(`${JSON.stringify({ type, object })}\n`);
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  }

  /**
   * Answers one watch request.
   *
   * @throws StatusError for parameters that cannot be served; an expired version is told inside the stream.
   */
  function serve(response: ServerResponse, request: WatchRequest): void {
    const { resource, query } = request;
    const plan = watchPlan(query);
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    response.flushHeaders();

    const missed = plan.kind === 'resume' ? store.changesSince(resource.plural, plan.version) : [];
    if (!missed) {
      const message = `too old resource version: ${query.get('resourceVersion')} (${store.compactedTo(resource.plural)})`;
      write(response, 'ERROR', new StatusError({ code: 410, reason: 'Expired', message }).body);
      response.end();
      return;
    }
    follow(response, request, plan, missed);
  }

  function follow(response: ServerResponse, request: WatchRequest, plan: WatchPlan, missed: Change[]): void {
    const { resource, matches, query } = request;
    const render = renderer(request, clock);
    const bookmarks = resource.watchCache && query.get('allowWatchBookmarks') === 'true';
    const bookmark = (annotations?: Record<string, string>) => {
      // Of what came before the watch it says nothing: it may have begun in the future of this history.
      if (store.version() < floor) return;
      write(response, 'BOOKMARK', render(bookmarkObject(resource, store.version(), annotations)));
    };
    const send = (change: Change) => {
      const seen = seenBy(matches, change);
      if (seen && change.version > floor) write(response, seen.type, render(seen.object));
    };
    const floor = plan.kind === 'resume' ? plan.version : 0;

    if (plan.kind !== 'resume') {
      for (const object of store.list(resource.plural))
        if (matches(object)) write(response, 'ADDED', render(object));
      if (plan.kind === 'initial') bookmark({ 'k8s.io/initial-events-end': 'true' });
    }
    for (const change of missed) send(change);

    const unsubscribe = store.subscribe(resource.plural, send);
    const stopBookmarks = bookmarks ? every(clock, bookmarkIntervalMs, bookmark) : () => {};
    const lastBookmarkMs = plan.timeoutSeconds * 1000 - LAST_BOOKMARK_BEFORE_END_MS;
    const stopLast = bookmarks && lastBookmarkMs > 0 ? clock.after(lastBookmarkMs, bookmark) : () => {};
    const stopTimeout = clock.after(plan.timeoutSeconds * 1000, () => response.end());
    const release = () => {
      unsubscribe();
      stopBookmarks();
      stopLast();
      stopTimeout();
      open.delete(response);
    };
    open.set(response, release);
    response.once('close', release);
  }

  return {
    serve,
    /** Number of streams that are open now. */
    size: () => open.size,
    /** Resets the connection of every open watch. */
    drop() {
      for (const response of [...open.keys()]) response.socket?.resetAndDestroy();
    },
    /** While true every stream stays open and says nothing, like a connection whose other end is gone. */
    setSilent(value: boolean) {
      silent = value;
    },
    /** Ends every stream and releases what it holds. */
    close() {
      for (const [response, release] of [...open]) {
        release();
        response.destroy();
      }
    },
  };
}

/** `current`: start with what exists; `initial`: the same, ended by the bookmark; `resume`: changes after a version. */
type WatchPlan = { timeoutSeconds: number } & (
  | { kind: 'current' }
  | { kind: 'initial' }
  | { kind: 'resume'; version: number }
);

function watchPlan(query: URLSearchParams): WatchPlan {
  const timeoutSeconds =
    Number(query.get('timeoutSeconds') ?? DEFAULT_TIMEOUT_SECONDS) || DEFAULT_TIMEOUT_SECONDS;
  if (!(timeoutSeconds > 0 && timeoutSeconds <= 86_400))
    throw badRequest('timeoutSeconds must be between 1 and 86400');
  const text = query.get('resourceVersion') ?? '';
  const version = text === '' ? 0 : parseVersion(text);
  if (query.get('sendInitialEvents') === 'true') {
    if (query.get('resourceVersionMatch') !== 'NotOlderThan' || query.get('allowWatchBookmarks') !== 'true') {
      throw new StatusError({
        code: 422,
        reason: 'Invalid',
        message:
          'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents needs resourceVersionMatch=NotOlderThan and allowWatchBookmarks=true',
      });
    }
    return { kind: 'initial', timeoutSeconds };
  }
  return version === 0 ? { kind: 'current', timeoutSeconds } : { kind: 'resume', version, timeoutSeconds };
}

/**
 * A change as a selector sees it: an object that begins to match is ADDED, one that stops matching is DELETED, and
 * a DELETED event carries the previous object with the new version (apiserver `cache_watcher.go`, `convertToWatchEvent`).
 */
function seenBy(matches: Matcher, change: Change): { type: Change['type']; object: KubeObject } | undefined {
  const { object, previous } = change;
  const before = previous !== undefined && matches(previous);
  const now = change.type !== 'DELETED' && matches(object);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object };
  if (!before) return undefined;
  const metadata = { ...previous.metadata, resourceVersion: object.metadata.resourceVersion };
  return { type: 'DELETED', object: { ...previous, metadata } };
}

function renderer({ resource, table }: WatchRequest, clock: Clock): (object: KubeObject) => unknown {
  if (!table) return (object) => object;
  let columns = true;
  return (object) => {
    const { resourceVersion } = object.metadata;
    const isBookmark = object.metadata.uid === undefined;
    const rows = isBookmark ? [] : [object];
    const metadata = isBookmark ? object.metadata : { resourceVersion };
    const rendered = toTable(resource.table, rows, { metadata, nowMs: clock.nowMs(), columns });
    columns = false;
    return rendered;
  };
}

/** A bookmark's object: an empty object of the kind, as the recorded streams show it (`"containers": null`). */
function bookmarkObject(
  resource: Resource,
  version: number,
  annotations?: Record<string, string>,
): KubeObject {
  const metadata = { resourceVersion: String(version), ...(annotations && { annotations }) };
  return {
    kind: resource.kind,
    apiVersion: apiVersion(resource),
    metadata: metadata as KubeObject['metadata'],
    ...resource.emptyBody,
  };
}
