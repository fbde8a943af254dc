import type { Hono } from 'hono';
import { stream } from 'hono/streaming';
import type { PageEnv } from '../../access/guard/page-guard.ts';
import { readCursor, readFilter } from '../../http/page-query.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import { FEED_LIMIT, type LiveDeps, streamLive, streamOrLog } from './live-stream.ts';
import { createStreamBound } from './stream-bound.ts';
import { knownPlace } from './window-routes.ts';

const MOST_STREAMS = 32;
const RETRY_SECONDS = 10;
/** A stream whose reader takes nothing is cut off this long after it should have ended. */
const GRACE_MS = 5_000;

/** `GET /live`: what is new, as it comes. */
export function addLiveRoute(
  routes: Hono<PageEnv>,
  deps: LiveDeps & { readonly timeline: Pick<Timeline, 'feed' | 'now'> },
): void {
  const bound = createStreamBound(MOST_STREAMS, deps.clock);

  routes.get('/live', async (c) => {
    // Nobody would ever read the stream of it.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' });
    const filter = readFilter((name) => c.req.query(name));
    // A browser that comes again repeats the address it began with; the header says how far it has come since.
    const after = readCursor('after', c.req.header('last-event-id') || c.req.query('after'));
    const lastingMs = deps.liveMs + GRACE_MS;
    const leave = bound.enter(deps.clock.nowMs() + lastingMs);
    if (leave === null) {
      const message = `${MOST_STREAMS} readers are connected already; come again in ${RETRY_SECONDS} s`;
      return c.json({ error: 'too_many_streams', message }, 503, { 'retry-after': String(RETRY_SECONDS) });
    }
    try {
      const cursor = after ?? (await deps.timeline.now());
      const first = await knownPlace(after, () => deps.timeline.feed(cursor, FEED_LIMIT));
      c.header('content-type', 'text/event-stream');
      c.header('cache-control', 'no-store, no-transform');
      // Tells nginx, which otherwise waits for more.
      c.header('x-accel-buffering', 'no');
      return stream(c, async (sink) => {
        const gone = new AbortController();
        sink.onAbort(() => gone.abort());
        const cancel = deps.clock.after(lastingMs, () => sink.abort());
        const write = (text: string) => sink.write(text);
        await streamOrLog(deps, streamLive(deps, { first, filter }, { write, gone: gone.signal }));
        cancel();
        leave();
      });
    } catch (error) {
      leave();
      throw error;
    }
  });
}
