import { sha256Hex } from '../../protocol/bytes/sha256.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import type { AuditReader } from '../audit/audit-reader.ts';
import type { Handoff } from '../ingress/handoff.ts';
import type { EventFacts } from '../timeline/event-facts.ts';
import type { HandlerRun } from '../timeline/run-log.ts';
import type { ClaimStore } from './claim-store.ts';

/**
 * What became of the wish to run a handler again:
 * - `queued`: the event is handed off again; the run will be recorded like any other.
 * - `unknownEvent`: the audit trail has no such event.
 * - `unknownHandler`: no run of that handler is recorded for the event.
 * - `notFinished`: its next attempt is due anyway.
 * - `bodyGone`: the event's bytes were removed by the retention.
 * - `changed`: they, or the records of the event, are not what was recorded: somebody else has written there.
 * - `forgotten`: the claims of the event's handlers may be forgotten, so all of them would run again.
 */
export type Rerun =
  | { readonly kind: 'queued' }
  | { readonly kind: 'unknownEvent' }
  | { readonly kind: 'unknownHandler' }
  | { readonly kind: 'notFinished' }
  | { readonly kind: 'bodyGone' }
  | { readonly kind: 'changed' }
  | { readonly kind: 'forgotten' };

/** An event with its runs, oldest first. */
type RerunnableEvent = EventFacts & {
  readonly runs: readonly HandlerRun[];
  readonly misfiled?: string;
};

/** @property claimRetentionMs how long claims are remembered at least. */
export type RerunDeps = {
  readonly events: { entry(eventId: string): Promise<RerunnableEvent | null> };
  readonly bodies: Pick<AuditReader, 'body'>;
  readonly claims: Pick<ClaimStore, 'reopen'>;
  readonly handoff: Handoff;
  readonly clock: Clock;
  readonly claimRetentionMs: number;
};

/** A hand-off takes its time; the claims must still be there when it is consumed. */
const RETENTION_MARGIN_MS = 3_600_000;

/**
 * Runs a handler that has ended, well or not, once more for the event's stored bytes; the others stay as they are.
 *
 * The claim is opened first and the event handed off second: the other way round, the hand-off could be consumed
 * while the claim is closed still, and nothing would run. If the process dies in between, or the hand-off fails, the
 * claim is open with nothing to run it. Asking again then finds it open while the last recorded run has ended, and
 * hands the event off: that is safe at any time, because a hand-off runs only what is open.
 *
 * @throws whatever the stores or the hand-off fail with; asking again is safe.
 */
export async function rerunHandler(deps: RerunDeps, eventId: string, handler: string): Promise<Rerun> {
  const event = await deps.events.entry(eventId);
  if (event === null) return { kind: 'unknownEvent' };
  const last = event.runs.filter((run) => run.handler === handler).at(-1);
  if (last === undefined) return { kind: 'unknownHandler' };
  if (last.outcome === 'failed') return { kind: 'notFinished' };
  if (event.receivedAtMs < deps.clock.nowMs() - deps.claimRetentionMs + RETENTION_MARGIN_MS)
    return { kind: 'forgotten' };
  const body = await deps.bodies.body(eventId);
  if (body === null) return { kind: 'bodyGone' };
  // Handlers trust what they are handed: it was verified when it came, and must be that still.
  if (event.misfiled !== undefined || (await sha256Hex(body)) !== event.bodySha256)
    return { kind: 'changed' };
  const { stream: source, partitionKey, receivedAtMs, signed } = event;
  await deps.claims.reopen({ source, eventId, partitionKey, handler }, deps.clock.nowMs());
  await deps.handoff.enqueue({ body, receivedAtMs, ...(signed !== null && { signed }) });
  return { kind: 'queued' };
}
