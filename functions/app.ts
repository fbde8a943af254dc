import { Hono } from 'hono';
import { describeError } from './describe-error.ts';
import { createReceiveEvent, type ReceiveDeps } from './ingress/receive-event.ts';
import type { PageAccess } from './page/access.ts';
import { createPageRoutes } from './page/page-routes.ts';
import type { Timeline } from './page/timeline.ts';

export type AppDeps = ReceiveDeps & { readonly page: PageAccess; readonly timeline: Timeline };

/**
 * The receiver as a web application, the same on every platform:
 *
 * - `POST /events` takes signed events; its answers are listed in `wire.md`.
 * - `GET /healthz` says that it runs, and what it has counted.
 * - `GET /` is the live page, `GET /events.json` its data, where the page is switched on.
 */
export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  const receiveEvent = createReceiveEvent(deps);

  app.post('/events', async (c) => {
    const { status, headers, body } = await receiveEvent(c.req.raw);
    return c.json(body, status, { ...headers });
  });
  app.all('/events', () => methodNotAllowed('POST'));

  app.get('/healthz', (c) => c.json({ status: 'ok', counters: deps.counters.snapshot() }));
  app.all('/healthz', () => methodNotAllowed('GET, HEAD'));

  app.route('/', createPageRoutes({ access: deps.page, timeline: deps.timeline }));

  app.notFound((c) => c.json({ error: 'not_found', message: 'there is nothing here' }, 404));
  app.onError((error, c) => {
    deps.log.error('a request failed', { path: c.req.path, cause: describeError(error) });
    return c.json({ error: 'internal', message: 'the receiver failed; its log says why' }, 500);
  });
  return app;
}

function methodNotAllowed(allow: string): Response {
  const body = { error: 'method_not_allowed', message: `use ${allow} here` };
  return Response.json(body, { status: 405, headers: { allow } });
}
