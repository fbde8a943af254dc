import type { Context, Hono } from 'hono';
import { sha256Hex } from '../../../protocol/bytes/sha256.ts';
import { EVENT_ID_PATTERN } from '../../../protocol/event/event-id.ts';
import { describeError } from '../../../settings/ambient/describe-error.ts';
import { isOwnRequest } from '../../access/guard/csrf-token.ts';
import type { PageEnv } from '../../access/guard/page-guard.ts';
import { type RerunDeps, rerunHandlers } from '../../consumer/rerun-handler.ts';
import { createRateBound } from '../../http/rate-bound.ts';
import type { Receipts } from '../../ingress/receipts.ts';
import { askerOf } from '../../recovery/asker-of.ts';
import { type RerunRefusal, rerunRefusal } from '../../recovery/rerun-refusal.ts';
import type { SenderAttempts } from '../../timeline/sender-attempts.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import type { EventAnswer, RunAnswer } from '../model/page-api.ts';

export type EventDeps = Omit<RerunDeps, 'events'> & {
  readonly timeline: Pick<Timeline, 'entry' | 'entries'>;
  readonly receipts: Pick<Receipts, 'deliveries'>;
  /** Where the watcher can be asked. */
  readonly attempts?: SenderAttempts;
};

const RUNS_A_MINUTE = 30;
const MINUTE_MS = 60_000;
const RETRY_SECONDS = 5;

/** One event in full, and the button that runs one of its handlers again. */
export function addEventRoutes(routes: Hono<PageEnv>, deps: EventDeps): void {
  const bound = createRateBound({ most: RUNS_A_MINUTE, perMs: MINUTE_MS, clock: deps.clock });

  routes.get('/events/:file{.+\\.json}', async (c) => {
    const eventId = c.req.param('file').slice(0, -'.json'.length);
    const answer = EVENT_ID_PATTERN.test(eventId) ? await readEvent(deps, eventId) : null;
    return answer === null ? c.json(NO_EVENT, 404) : c.json(answer);
  });

  routes.post('/events/:id/handlers/:name/run', async (c) => {
    if (!(await isOwnRequest(c.req.raw, c.get('allowed')))) {
      return c.json(
        { error: 'not_from_the_page', message: 'reload the page and press the button there' },
        403,
      );
    }
    const { id, name } = c.req.param();
    if (!EVENT_ID_PATTERN.test(id)) return c.json(NO_EVENT, 404);
    const waitMs = bound.take();
    if (waitMs !== null) {
      const message = `at most ${RUNS_A_MINUTE} handlers a minute are run again`;
      const retryAfter = String(Math.ceil(waitMs / 1_000));
      return c.json({ error: 'too_many_runs', message }, 429, { 'retry-after': retryAfter });
    }
    return runAgain(c, deps, { id, name });
  });
}

async function readEvent(deps: EventDeps, eventId: string): Promise<EventAnswer | null> {
  const entry = await deps.timeline.entry(eventId);
  if (entry === null) return null;
  const { stream: source, partitionKey, signed } = entry;
  const [body, deliveries, attempts] = await Promise.all([
    deps.bodies.body(eventId),
    deps.receipts.deliveries({ source, eventId, partitionKey }),
    deps.attempts?.attempts(eventId) ?? null,
  ]);
  const isOther = body !== null && (await sha256Hex(body)) !== entry.bodySha256;
  return {
    entry: isOther ? { ...entry, misfiled: entry.misfiled ?? 'body' } : entry,
    body: body === null ? null : new TextDecoder().decode(body),
    signed,
    deliveries,
    attempts,
  };
}

async function runAgain(c: Context<PageEnv>, deps: EventDeps, { id, name }: { id: string; name: string }) {
  const asker = askerOf(c.get('allowed'));
  const fields = { eventId: id, handler: name.slice(0, 64), by: asker.by ?? asker.how };
  try {
    const wanted = [{ eventId: id, handler: name }];
    const [{ kind } = { kind: 'notQueued' as const }] = await rerunHandlers(
      { ...deps, events: deps.timeline },
      wanted,
      asker,
    );
    if (kind === 'queued') {
      deps.log.info(fields, 'a handler is to run again');
      return c.json({ status: 'queued' } satisfies RunAnswer, 202);
    }
    if (kind === 'notQueued') return refuseForNow(c);
    return c.json(rerunRefusal(kind), kind === 'unknownEvent' ? 404 : 409);
  } catch (error) {
    deps.log.error({ ...fields, cause: describeError(error) }, 'could not run a handler again');
    return refuseForNow(c);
  }
}

function refuseForNow(c: Context<PageEnv>) {
  return c.json(rerunRefusal('notQueued'), 503, { 'retry-after': String(RETRY_SECONDS) });
}

const NO_EVENT: RerunRefusal = rerunRefusal('unknownEvent');
