import type { Hono } from 'hono';
import { EVENTS_PATH, HEALTH_PATH } from '../protocol/http/receiver-paths.ts';
import { describeError } from '../settings/ambient/describe-error.ts';
import type { PageAccess } from './access/access-decision.ts';
import type { AuditReader } from './audit/audit-reader.ts';
import { createAuditRoutes } from './audit-api/audit-routes.ts';
import { createWebApp } from './http/web-app.ts';
import { createReceiveEvent, type ReceiveDeps } from './ingress/receive-event.ts';
import { createPageRoutes, type PageDeps } from './page/page-routes.ts';
import { RETENTION_MS } from './variables/retention-seconds.ts';

/**
 * @property audit what `GET /audit/…` answers from, and where the page finds the bytes of an event.
 * @property liveMs after which a stream of news to a page ends for its reader to come again; 0 where nothing can be
 *   streamed. @default 55,000: many platforms cut off at 60 s
 * @property claimRetentionMs how long claims are remembered at least. @default 16 days
 * @property stop ends the streams, for a server that closes.
 */
export type AppDeps = ReceiveDeps & {
  readonly page: PageAccess;
  readonly audit: AuditReader;
  readonly liveMs?: number;
  readonly claimRetentionMs?: number;
} & Pick<PageDeps, 'timeline' | 'claims' | 'assets' | 'stop'>;

const LIVE_MS = 55_000;

/**
 * The receiver as a web application, the same on every platform:
 *
 * - `POST /events` takes signed events; its answers are listed in `wire.md`.
 * - `GET /healthz` says that it runs, and what it has counted.
 * - `GET /` is the live page, with the data its script asks for beside it, where the page is switched on.
 * - `GET /audit/…` is the audit trail as JSON, for who may see the page.
 */
export function createApp(deps: AppDeps): Hono {
  const app = createWebApp();
  const receiveEvent = createReceiveEvent(deps);

  app.post(EVENTS_PATH, async (c) => {
    const { status, headers, body } = await receiveEvent(c.req.raw);
    return c.json(body, status, { ...headers });
  });
  app.all(EVENTS_PATH, () => methodNotAllowed('POST'));

  app.get(HEALTH_PATH, (c) => c.json({ status: 'ok', counters: deps.counters.snapshot() }));
  app.all(HEALTH_PATH, () => methodNotAllowed('GET, HEAD'));

  const { audit, page: access, liveMs = LIVE_MS, claimRetentionMs = RETENTION_MS } = deps;
  app.route('/', createPageRoutes({ ...deps, access, bodies: audit, liveMs, claimRetentionMs }));
  app.route('/', createAuditRoutes({ access, reader: audit }));

  app.notFound((c) => c.json({ error: 'not_found', message: 'there is nothing here' }, 404));
  app.onError((error, c) => {
    deps.log.error({ path: c.req.path, cause: describeError(error) }, 'a request failed');
    return c.json({ error: 'internal', message: 'the receiver failed; its log says why' }, 500);
  });
  return app;
}

function methodNotAllowed(allow: string): Response {
  const body = { error: 'method_not_allowed', message: `use ${allow} here` };
  return Response.json(body, { status: 405, headers: { allow } });
}
