import { closeOnce } from '../../../settings/ambient/close-once.ts';
import { waitAtMost } from '../../../settings/ambient/deadline.ts';
import { type OpenBridgeOptions, type OpenedReceiver, openBridge } from './open-bridge.ts';

/** A receiver that listens nowhere by itself. */
export type FetchReceiver = OpenedReceiver & {
  /** Answers a request: events to `/events`, `GET /healthz`, the page if it is switched on. 503 once it is closed. */
  fetch(request: Request): Promise<Response>;
  /**
   * Lets requests in work end for two seconds and runs in work for up to ten, writes a checkpoint, closes the database.
   * Close your server to new requests first.
   */
  close(): Promise<void>;
};

/** For requests in work: storing an event takes milliseconds. */
const REQUEST_GRACE_MS = 2_000;

/**
 * The receiver as a function for the server that you have, with everything in one SQLite file: handlers run, and the audit
 * trail is taken care of, from now on. What bounds connections and their deadlines is that server.
 *
 * While it runs, rejections that nobody awaits and uncaught exceptions do not end the process: those of handlers count
 * against their runs, any other is logged, unless somebody listened for them before.
 *
 * @throws when a secret, the page token, a handler or the directory is not usable; nothing stays open then.
 */
export async function createFetchReceiver(options: OpenBridgeOptions): Promise<FetchReceiver> {
  const opened = await openBridge(options, { metricsVersion: null });
  const inWork = new Set<Promise<Response>>();
  let closed = false;
  opened.begin();
  return {
    ...opened.receiver,
    fetch: async (request) => {
      if (closed) return new Response('closed\n', { status: 503, headers: { 'retry-after': '5' } });
      const answer = Promise.resolve(opened.bridge.app.fetch(request));
      inWork.add(answer);
      try {
        return await answer;
      } finally {
        inWork.delete(answer);
      }
    },
    close: closeOnce(async () => {
      closed = true;
      const { clock } = opened.settings;
      await opened.close(() => waitAtMost(clock, REQUEST_GRACE_MS, Promise.allSettled(inWork)));
    }),
  };
}
