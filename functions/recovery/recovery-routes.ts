import type { Context, Hono } from 'hono';
import { describeError } from '../../settings/ambient/describe-error.ts';
import type { PageAccess } from '../access/access-decision.ts';
import { isOwnRequest } from '../access/guard/csrf-token.ts';
import { createPageGuard, type PageEnv } from '../access/guard/page-guard.ts';
import { type RerunDeps, rerunHandlers } from '../consumer/rerun-handler.ts';
import { BadParameter, badCursor, readCursor, readWhole, refuseUnknown } from '../http/page-query.ts';
import { createRateBound } from '../http/rate-bound.ts';
import { createWebApp } from '../http/web-app.ts';
import type { HandlerFailures } from '../timeline/handler-failures.ts';
import { askerOf } from './asker-of.ts';
import { FAILURE_PARAMETERS, readFailureFilter } from './failure-query.ts';
import { rerunRefusal } from './rerun-refusal.ts';
import { MOST_RERUNS, type RerunRequest, readRerunRequest } from './rerun-request.ts';

type RecoveryDeps = RerunDeps & { readonly access: PageAccess; readonly failures: HandlerFailures };

const LIMITS = { least: 1, most: 200, absent: 100 };
const RERUNS_A_MINUTE = 300;
const MINUTE_MS = 60_000;
const RETRY_SECONDS = 5;

/**
 * Handlers that gave up, as JSON, and the way to run many of them again; for `offhook handlers`, the page and other
 * programs, behind the access of the page.
 *
 * | request                                              | answer                                                 |
 * |------------------------------------------------------|--------------------------------------------------------|
 * | `GET /handlers/failures?<FailureFilter>&after&limit` | `FailurePage`, newest first; `open` is 0 or 1           |
 * | `POST /handlers/rerun` with a `RerunRequest`         | `{ results }` in its order: `{ eventId, handler, status }`, `queued` or `refused` with `error` and `message` |
 *
 * Refusals are `{ error, message }`: 400 (with `parameter`), 401, 403 `not_from_the_page`, 429 `too_many_runs` and 503; the
 * last two have `retry-after`.
 */
export function createRecoveryRoutes(deps: RecoveryDeps): Hono<PageEnv> {
  const { access, failures, clock } = deps;
  const bound = createRateBound({ most: RERUNS_A_MINUTE, perMs: MINUTE_MS, clock });
  const routes = createWebApp<PageEnv>();
  routes.on('GET', '/handlers/failures', createPageGuard(access));
  routes.on('POST', '/handlers/rerun', createPageGuard(access));

  routes.get('/handlers/failures', async (c) => {
    const query = new URL(c.req.url).searchParams;
    refuseUnknown(query, [...FAILURE_PARAMETERS, 'after', 'limit']);
    const text = (name: string) => query.get(name) ?? undefined;
    const filter = readFailureFilter(text);
    const limit = readWhole(text, 'limit', LIMITS);
    const after = readCursor('after', text('after'));
    try {
      return c.json(await failures.list(filter, { limit, after }));
    } catch (error) {
      if (after !== undefined && error instanceof RangeError) throw badCursor('after');
      throw error;
    }
  });

  routes.post('/handlers/rerun', async (c) => {
    if (!(await isOwnRequest(c.req.raw, c.get('allowed')))) {
      const message = 'reload the page and press the button there, or send its token as a bearer';
      return c.json({ error: 'not_from_the_page', message }, 403);
    }
    const request = await readRerunRequest(c.req.raw);
    if (request === null) {
      const message = `expected {"handlers":[{"eventId":"evt_…","handler":"NAME"}]}, 1 to ${MOST_RERUNS} of them`;
      return c.json({ error: 'bad_request', message }, 400);
    }
    const waitMs = bound.take(request.handlers.length);
    if (waitMs !== null) {
      const message = `at most ${RERUNS_A_MINUTE} handlers a minute are run again`;
      const retryAfter = String(Math.ceil(waitMs / 1_000));
      return c.json({ error: 'too_many_runs', message }, 429, { 'retry-after': retryAfter });
    }
    return rerunAll(c, deps, request);
  });

  routes.onError((error, c) => {
    if (!(error instanceof BadParameter)) throw error;
    const { parameter, message } = error;
    return c.json({ error: 'bad_parameter', parameter, message }, 400);
  });
  return routes;
}

async function rerunAll(c: Context<PageEnv>, deps: RecoveryDeps, { handlers, claimedBy }: RerunRequest) {
  const asker = askerOf(c.get('allowed'), claimedBy);
  const fields = { handlers: handlers.length, by: asker.by ?? asker.how, claimedBy };
  try {
    const reruns = await rerunHandlers(deps, handlers, asker);
    const queued = reruns.filter(({ kind }) => kind === 'queued').length;
    deps.log.info({ ...fields, queued }, 'handlers are to run again');
    const results = handlers.map((one, index) => {
      const kind = reruns[index]?.kind ?? 'notQueued';
      return kind === 'queued'
        ? { ...one, status: 'queued' }
        : { ...one, status: 'refused', ...rerunRefusal(kind) };
    });
    return c.json({ results });
  } catch (error) {
    deps.log.error({ ...fields, cause: describeError(error) }, 'could not run handlers again');
    const message = 'the audit trail did not answer, so nothing runs without a record of it; ask again';
    return c.json({ error: 'not_recorded', message }, 503, { 'retry-after': String(RETRY_SECONDS) });
  }
}
