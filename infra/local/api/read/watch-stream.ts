import type { Clock } from '../../../../settings/ambient/clock.ts';
import { every } from '../../../../settings/ambient/every.ts';
import type { Store, StoredChange } from '../../store/store.ts';
import { type Resource, shelfOf } from '../resource/resource.ts';
import type { Matcher } from './selectors.ts';
import { bookmarkObject, renderer, seenBy } from './watch-objects.ts';
import type { WatchPlan } from './watch-plan.ts';

/** A stream that is about to end says how far it came (`cache_watcher.go`, `nextBookmarkTime`). */
const LAST_BOOKMARK_BEFORE_END_MS = 2000;

export type WatchRequest = {
  resource: Resource;
  /** undefined: all of them. */
  namespace: string | undefined;
  matches: Matcher;
  query: URLSearchParams;
  table: boolean;
};

type StreamDeps = { store: Store; clock: Clock; bookmarkIntervalMs: number };

/** Where a stream goes. */
type StreamEnds = { write(type: string, object: unknown): void; end(): void };

/**
 * Tells one watch what it asked for: what there is, what it missed, each later change that its selector sees, bookmarks
 * while it is quiet (not of a kind without a watch cache), and the end after its timeout.
 *
 * @returns what releases everything that it holds.
 */
export function startWatchStream(
  { store, clock, bookmarkIntervalMs }: StreamDeps,
  { request, plan, missed }: { request: WatchRequest; plan: WatchPlan; missed: readonly StoredChange[] },
  { write, end }: StreamEnds,
): () => void {
  const { resource, matches, query } = request;
  const floor = plan.kind === 'resume' ? plan.version : 0;
  const render = renderer(request, clock);
  const bookmarks = resource.watchCache && query.get('allowWatchBookmarks') === 'true';
  const bookmark = (annotations?: Record<string, string>) => {
    // Of what came before the watch it says nothing: it may have begun in the future of this history.
    if (store.version() < floor) return;
    write('BOOKMARK', render(bookmarkObject(resource, store.version(), annotations)));
  };
  const send = (change: StoredChange) => {
    const seen = seenBy(matches, change);
    if (seen && change.version > floor) write(seen.type, render(seen.object));
  };

  if (plan.kind !== 'resume') {
    for (const object of store.list(shelfOf(resource))) if (matches(object)) write('ADDED', render(object));
    if (plan.kind === 'initial') bookmark({ 'k8s.io/initial-events-end': 'true' });
  }
  for (const change of missed) send(change);

  const timeoutMs = plan.timeoutSeconds * 1000;
  const lastBookmarkMs = timeoutMs - LAST_BOOKMARK_BEFORE_END_MS;
  const stops = [
    store.subscribe(shelfOf(resource), send),
    ...(bookmarks ? [every(clock, bookmarkIntervalMs, bookmark)] : []),
    ...(bookmarks && lastBookmarkMs > 0 ? [clock.after(lastBookmarkMs, bookmark)] : []),
    clock.after(timeoutMs, end),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
