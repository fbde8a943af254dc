import type { Hono } from 'hono';
import type { Digest } from '../protocol/bytes/sha256.ts';
import { readBody } from '../protocol/http/read-body.ts';
import { EVENTS_PATH, HEALTH_PATH } from '../protocol/http/receiver-paths.ts';
import type { Verifier } from '../protocol/signature/verify.ts';
import { describeError } from '../settings/ambient/describe-error.ts';
import { createPageAccess } from './access/guard/page-access.ts';
import type { PageOptions } from './access/page-options.ts';
import type { Ambient } from './ambient/ambient.ts';
import type { AuditReader } from './audit/audit-reader.ts';
import { createAuditRoutes } from './audit-api/audit-routes.ts';
import type { ClaimStore } from './consumer/claim-store.ts';
import { createWebApp } from './http/web-app.ts';
import type { Counters } from './ingress/counters.ts';
import type { Handoff } from './ingress/handoff.ts';
import type { Intake } from './ingress/intake.ts';
import type { Receipts } from './ingress/receipts.ts';
import { createReceiveEvent, type ReceiveEvent } from './ingress/receive-event.ts';
import { loadPageAssets } from './page/page-assets.ts';
import { createPageRoutes } from './page/page-routes.ts';
import { createRecoveryRoutes } from './recovery/recovery-routes.ts';
import type { HandlerFailures } from './timeline/handler-failures.ts';
import type { RerunLog } from './timeline/rerun-log.ts';
import type { SenderAttempts } from './timeline/sender-attempts.ts';
import type { Timeline } from './timeline/timeline.ts';

/**
 * Where the receiver keeps things.
 *
 * @property handoff, receipts where a verified event goes.
 * @property intake where both are written at once.
 * @property claims who has handled an event, for the page's button; and which of its login links were used.
 * @property failures which handlers gave up. `reruns` where it is recorded that somebody asked for one to be run again.
 * @property attempts what the watcher did to deliver an event, where it can be asked.
 * @property audit what `GET /audit/…` answers from, and where the page finds the bytes of an event.
 */
export type ReceiverStores = {
  readonly handoff: Handoff;
  readonly receipts: Receipts;
  readonly intake?: Intake;
  readonly claims: Pick<ClaimStore, 'claim' | 'reopen'>;
  readonly timeline: Timeline;
  readonly failures: HandlerFailures;
  readonly reruns: RerunLog;
  readonly audit: AuditReader;
  readonly attempts?: SenderAttempts;
};

/**
 * What the receiver is told.
 *
 * @property verifier knows the keys of those who may send.
 * @property page who may see it.
 * @property maxBodyBytes the largest body that is read.
 * @property retentionMs how long claims are remembered at least.
 * @property liveMs after which a stream of news to a page ends for its reader to come again; 0 where nothing can be
 *   streamed. @default 55,000: many platforms cut off at 60 s
 */
export type ReceiverSettings = {
  readonly verifier: Verifier;
  readonly page: PageOptions;
  readonly maxBodyBytes: number;
  readonly retentionMs: number;
  readonly liveMs?: number;
};

/**
 * @property digest where a platform has a faster one than Web Crypto's.
 * @property stop ends the streams, for a server that closes.
 */
export type ReceiverAmbient = Omit<Ambient, 'random'> & {
  readonly digest?: Digest | undefined;
  readonly counters: Counters;
  readonly stop?: AbortSignal;
};

const LIVE_MS = 55_000;

/**
 * @property app the web application.
 * @property receiveEvent what it does with an event, for a platform that has a shorter way to it.
 */
export type WholeReceiver = { readonly app: Hono; readonly receiveEvent: ReceiveEvent };

/**
 * The receiver as a web application, the same on every platform:
 *
 * - `POST /events` takes signed events; its answers are listed in `wire.md`.
 * - `GET /healthz` says that it runs, and what it has counted.
 * - `GET /` is the live page, with the data its script asks for beside it, where the page is switched on.
 * - `GET /audit/…` is the audit trail as JSON, for who may see the page; `/handlers/…` the handlers that gave up, and the
 *   way to run them again.
 *
 * @throws RangeError when a way to the page cannot be used.
 */
export function createReceiver(
  stores: ReceiverStores,
  settings: ReceiverSettings,
  ambient: ReceiverAmbient,
): WholeReceiver {
  const { verifier, page, maxBodyBytes, retentionMs, liveMs = LIVE_MS } = settings;
  const { counters, log } = ambient;
  const receiveEvent = createReceiveEvent({ ...stores, ...ambient, verifier, maxBodyBytes });
  const access = createPageAccess(page, { ...ambient, claims: stores.claims });
  const app = createWebApp();

  app.post(EVENTS_PATH, async (c) => {
    const { headers: received } = c.req.raw;
    const { status, headers, body } = await receiveEvent({
      headers: received,
      readBody: (limitBytes) => readBody(c.req.raw.body, limitBytes),
    });
    return c.json(body, status, { ...headers });
  });
  app.all(EVENTS_PATH, () => methodNotAllowed('POST'));

  app.get(HEALTH_PATH, (c) => c.json({ status: 'ok', counters: counters.snapshot() }));
  app.all(HEALTH_PATH, () => methodNotAllowed('GET, HEAD'));

  const shown = { ...stores, ...ambient, access, bodies: stores.audit, claimRetentionMs: retentionMs };
  app.route('/', createPageRoutes({ ...shown, assets: loadPageAssets, liveMs }));
  app.route('/', createAuditRoutes({ access, reader: stores.audit }));
  app.route('/', createRecoveryRoutes({ ...shown, events: stores.timeline }));

  app.notFound((c) => c.json({ error: 'not_found', message: 'there is nothing here' }, 404));
  app.onError((error, c) => {
    log.error({ path: c.req.path, cause: describeError(error) }, 'a request failed');
    return c.json({ error: 'internal', message: 'the receiver failed; its log says why' }, 500);
  });
  return { app, receiveEvent };
}

function methodNotAllowed(allow: string): Response {
  const body = { error: 'method_not_allowed', message: `use ${allow} here` };
  return Response.json(body, { status: 405, headers: { allow } });
}
