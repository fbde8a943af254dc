import { sha256Hex } from '../../protocol/bytes/sha256.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import { describeError } from '../../settings/ambient/describe-error.ts';
import type { Log } from '../ambient/log.ts';
import type { AuditReader } from '../audit/audit-reader.ts';
import type { Handoff } from '../ingress/handoff.ts';
import type { Asker, HandlerRerun, RerunLog } from '../timeline/rerun-log.ts';
import type { HandlerRun } from '../timeline/run-log.ts';
import type { TimelineEntry } from '../timeline/timeline.ts';
import type { ClaimStore } from './claim-store.ts';

/**
 * What became of the wish to run a handler again:
 * - `queued`: the event is handed off again; the run will be recorded like any other.
 * - `notQueued`: it could not be handed off, or its claim not be opened. Asking again is safe.
 * - `unknownEvent`: the audit trail has no such event.
 * - `unknownHandler`: no run of that handler is recorded for the event.
 * - `notFinished`: its next attempt is due anyway.
 * - `bodyGone`: the event's bytes were removed by the retention.
 * - `changed`: they, or the records of the event, are not what was recorded: somebody else has written there.
 * - `forgotten`: the claims of the event's handlers may be forgotten, so all of them would run again.
 */
export type Rerun = {
  readonly kind:
    | 'queued'
    | 'notQueued'
    | 'unknownEvent'
    | 'unknownHandler'
    | 'notFinished'
    | 'bodyGone'
    | 'changed'
    | 'forgotten';
};

/** A handler and the event that it is to run again for. */
export type HandlerOfEvent = { readonly eventId: string; readonly handler: string };

/** @property claimRetentionMs how long claims are remembered at least. */
export type RerunDeps = {
  readonly events: { entries(eventIds: readonly string[]): Promise<readonly TimelineEntry[]> };
  readonly bodies: Pick<AuditReader, 'body'>;
  readonly reruns: RerunLog;
  readonly claims: Pick<ClaimStore, 'reopen'>;
  readonly handoff: Handoff;
  readonly clock: Clock;
  readonly log: Log;
  readonly claimRetentionMs: number;
};

/** A hand-off takes its time; the claims must still be there when it is consumed. */
const RETENTION_MARGIN_MS = 3_600_000;

/**
 * Runs handlers that have ended, well or not, once more for the stored bytes of their events; the others stay as they
 * are. What becomes of each is answered in the order of the wishes.
 *
 * That it was asked for is recorded first, so that nothing runs again that nobody has asked for. Then the claim is opened,
 * and the event handed off last: the other way round, the hand-off could be consumed while the claim is closed still, and
 * nothing would run. If the process dies in between, or the hand-off fails, the claim is open with nothing to run it.
 * Asking again then finds it open while the last recorded run has ended, and hands the event off: that is safe at any
 * time, because a hand-off runs only what is open.
 *
 * @throws when the audit trail cannot be read or written; nothing runs then that was not recorded.
 */
export async function rerunHandlers(
  deps: RerunDeps,
  wanted: readonly HandlerOfEvent[],
  asker: Asker,
): Promise<readonly Rerun[]> {
  const names = Map.groupBy(wanted, ({ eventId }) => eventId);
  const entries = await deps.events.entries([...names.keys()]);
  const plans = await Promise.all(
    entries.map((entry) =>
      plan(deps, entry, new Set(names.get(entry.eventId)?.map(({ handler }) => handler))),
    ),
  );
  await deps.reruns.recordReruns(plans.flatMap((one) => recordsOf(one, asker, deps.clock.nowMs())));
  const answers = await Promise.all(
    plans.map(async (one) => [one.entry.eventId, await carryOut(deps, one)] as const),
  );
  const byEvent = new Map(answers);
  return wanted.map(({ eventId, handler }) => ({
    kind: byEvent.get(eventId)?.get(handler) ?? 'unknownEvent',
  }));
}

type Kind = Rerun['kind'];

/** What is to be done for an event: these handlers, on these bytes; and why others do not run, by their names. */
type Plan = {
  readonly entry: TimelineEntry;
  readonly refused: ReadonlyMap<string, Kind>;
  readonly runnable: readonly string[];
  readonly body: Uint8Array<ArrayBuffer> | null;
};

async function plan(deps: RerunDeps, entry: TimelineEntry, handlers: ReadonlySet<string>): Promise<Plan> {
  const judged = [...handlers].map((handler) => [handler, obstacleTo(deps, entry, handler)] as const);
  const runnable = judged.flatMap(([handler, kind]) => (kind === null ? [handler] : []));
  const refused = new Map(
    judged.flatMap(([handler, kind]) => (kind === null ? [] : [[handler, kind] as const])),
  );
  if (runnable.length === 0) return { entry, refused, runnable, body: null };
  const body = await deps.bodies.body(entry.eventId);
  const wrong = await wrongBody(entry, body);
  if (wrong === null) return { entry, refused, runnable, body };
  for (const handler of runnable) refused.set(handler, wrong);
  return { entry, refused, runnable: [], body: null };
}

/** Why it cannot run, as far as the records say; null for nothing. */
function obstacleTo(
  { clock, claimRetentionMs }: RerunDeps,
  entry: TimelineEntry,
  handler: string,
): Kind | null {
  const last = lastRun(entry, handler);
  if (last === undefined) return 'unknownHandler';
  if (last.outcome === 'failed') return 'notFinished';
  return entry.receivedAtMs < clock.nowMs() - claimRetentionMs + RETENTION_MARGIN_MS ? 'forgotten' : null;
}

/** Handlers trust what they are handed: it was verified when it came, and must be that still. */
async function wrongBody(entry: TimelineEntry, body: Uint8Array<ArrayBuffer> | null): Promise<Kind | null> {
  if (body === null) return 'bodyGone';
  if (entry.misfiled !== undefined || (await sha256Hex(body)) !== entry.bodySha256) return 'changed';
  return null;
}

function lastRun({ runs }: TimelineEntry, handler: string): HandlerRun | undefined {
  return runs.filter((run) => run.handler === handler).at(-1);
}

function recordsOf({ entry, runnable }: Plan, asker: Asker, nowMs: number): readonly HandlerRerun[] {
  const { stream, eventId } = entry;
  return runnable.map((handler) => {
    const afterAttempt = lastRun(entry, handler)?.attempt ?? 0;
    return { stream, eventId, handler, afterAttempt, ...asker, recordedAtMs: nowMs };
  });
}

/** What becomes of each handler, by its name. The event is handed off once for all: a hand-off runs whatever is open. */
async function carryOut(
  deps: RerunDeps,
  { entry, refused, runnable, body }: Plan,
): Promise<ReadonlyMap<string, Kind>> {
  if (body === null) return refused;
  const { stream: source, eventId, partitionKey, receivedAtMs, signed } = entry;
  const { claims, handoff, clock, log } = deps;
  let kind: Kind = 'queued';
  try {
    const keys = runnable.map((handler) => ({ source, eventId, partitionKey, handler }));
    await Promise.all(keys.map((key) => claims.reopen(key, clock.nowMs())));
    await handoff.enqueue({ body, receivedAtMs, ...(signed !== null && { signed }) });
  } catch (error) {
    log.error(
      { eventId, handlers: runnable.join(', '), cause: describeError(error) },
      'could not run handlers again',
    );
    kind = 'notQueued';
  }
  return new Map([...refused, ...runnable.map((handler) => [handler, kind] as const)]);
}
