import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { Store } from '../../store/store.ts';
import { ApiStatusError } from '../http/status-error.ts';
import { shelfOf } from '../resource/resource.ts';
import { watchPlan } from './watch-plan.ts';
import { startWatchStream, type WatchRequest } from './watch-stream.ts';

/** A client that lets this many bytes pile up is cut off, as the API server does with a slow watcher. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

export type Watches = ReturnType<typeof createWatches>;

/**
 * The open watch streams; each ends after its timeout.
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
  const open = new Map<ServerResponse, { readonly namespace: string | undefined; release(): void }>();
  let silent = false;

  function write(response: ServerResponse, type: string, object: unknown): void {
    if (silent) return;
    response.write(`${JSON.stringify({ type, object })}\n`);
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  }

  return {
    /**
     * Answers one watch request.
     *
     * @throws ApiStatusError for parameters that cannot be served; an expired version is told inside the stream.
     */
    serve(response: ServerResponse, request: WatchRequest): void {
      const { resource, query } = request;
      const plan = watchPlan(query);
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
      response.flushHeaders();

      const missed = plan.kind === 'resume' ? store.changesSince(shelfOf(resource), plan.version) : [];
      if (!missed) {
        const message = `too old resource version: ${query.get('resourceVersion')} (${store.compactedTo(shelfOf(resource))})`;
        write(response, 'ERROR', new ApiStatusError({ code: 410, reason: 'Expired', message }).body);
        response.end();
        return;
      }
      const stop = startWatchStream(
        { store, clock, bookmarkIntervalMs },
        { request, plan, missed },
        { write: (type, object) => write(response, type, object), end: () => response.end() },
      );
      const release = () => {
        stop();
        open.delete(response);
      };
      open.set(response, { namespace: request.namespace, release });
      response.once('close', release);
    },
    /** Number of streams that are open now. */
    size: () => open.size,
    /** Resets the connection of every open watch, or of those of one namespace. */
    drop(only?: string) {
      for (const [response, { namespace }] of [...open])
        if (only === undefined || only === namespace) response.socket?.resetAndDestroy();
    },
    /** While true every stream stays open and says nothing, like a connection whose other end is gone. */
    setSilent(value: boolean) {
      silent = value;
    },
    /** Ends every stream and releases what it holds. */
    close() {
      for (const [response, { release }] of [...open]) {
        release();
        response.destroy();
      }
    },
  };
}
