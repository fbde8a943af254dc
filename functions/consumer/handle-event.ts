import { eventFields } from '../ambient/event-fields.ts';
import { type Log, withFields } from '../ambient/log.ts';
import { retryDelayMs } from '../hooks/handler-settings.ts';
import type { BoundHandler } from '../hooks/hooks.ts';
import type { HandlerRun, OnRun, RunLog } from '../timeline/run-log.ts';
import type { ClaimKey, ClaimStore } from './claim-store.ts';
import { createRecordRuns } from './record-runs.ts';
import type { Delivery } from './run-handler.ts';
import { failure, type RunDeps, type RunResult, runHandler } from './run-handler.ts';

/** Where one handler stands with one event after a delivery. */
export type Handled =
  | { readonly kind: 'completed' }
  | { readonly kind: 'later'; readonly atMs: number }
  | { readonly kind: 'givenUp'; readonly handler: string };

type HandleDeps = RunDeps & {
  readonly claims: ClaimStore;
  readonly runs: RunLog;
  readonly log: Log;
  readonly onRun?: OnRun | undefined;
};

/** The lease outlives the longest run by this much, so that a run's end is recorded under its own claim. */
const LEASE_MARGIN_MS = 15_000;

type Attempt = {
  readonly ran: () => void;
  readonly key: ClaimKey;
  readonly number: number;
  readonly tries: number;
  readonly log: Log;
};

/** Claim → run → complete for one handler and one event. `ran` is called once, when the handler does not run any more. */
export function createHandleEvent(deps: HandleDeps) {
  const recordRuns = createRecordRuns(deps);
  /** Handlers of which it was said that what they return is left out. */
  const told = new Set<string>();

  return async function handleEvent(
    handler: BoundHandler,
    delivery: Delivery,
    ran: () => void,
  ): Promise<Handled> {
    const once = callOnce(ran);
    return handle(handler, delivery, once).finally(once);
  };

  async function handle(handler: BoundHandler, delivery: Delivery, ran: () => void): Promise<Handled> {
    const { source, id: eventId, partitionkey: partitionKey } = delivery.event;
    const key = { source, eventId, partitionKey, handler: handler.name };
    const about = withFields(deps.log, { ...eventFields(delivery.event), handler: handler.name });
    const claim = await deps.claims.claim(key, handler.timeoutMs + LEASE_MARGIN_MS, deps.clock.nowMs());
    if (claim.kind === 'busy') return { kind: 'later', atMs: claim.untilMs };
    const { runs: earlier = [] } = claim;
    if (claim.kind !== 'claimed') {
      return unlessDue(await recordRuns(key, earlier, about), ended(claim.kind, handler));
    }
    const log = withFields(about, { attempt: claim.attempt });
    const current = { key, number: claim.attempt, tries: claim.tries, log, ran };
    // Beside the run: a handler does not wait for the record of the attempt before.
    const [handled, dueAtMs] = await Promise.all([
      attempt(handler, current, delivery),
      recordRuns(key, earlier, about),
    ]);
    return unlessDue(dueAtMs, handled);
  }

  async function attempt(handler: BoundHandler, current: Attempt, delivery: Delivery): Promise<Handled> {
    const startedAtMs = deps.clock.nowMs();
    const result = await run(handler, current, delivery);
    current.ran();
    const handled = decide(handler, current, result);
    const record: HandlerRun = {
      stream: delivery.event.source,
      eventId: current.key.eventId,
      handler: handler.name,
      attempt: current.number,
      outcome: handled.kind === 'later' ? 'failed' : handled.kind,
      error: result.kind === 'threw' ? result.error : null,
      startedAtMs,
      finishedAtMs: deps.clock.nowMs(),
      ...(result.kind === 'returned' && result.kept),
    };
    // A claim that was opened again counts its tries anew.
    deps.onRun?.(record, current.number === current.tries ? delivery.message.receivedAtMs : null);
    try {
      await settle(current, record, handled);
    } catch (error) {
      // The claim does not know of this run, and its handler will run again: all the more is it to be on record.
      await recordRuns.first(record, current.log);
      throw error;
    }
    say(record, current.log);
    sayOmitted(record, current.log);
    return unlessDue(await recordRuns.first(record, current.log), handled);
  }

  /** Once a handler: the note itself stands in every record. */
  function sayOmitted({ handler, resultOmitted }: HandlerRun, log: Log): void {
    if (resultOmitted === undefined || told.has(handler)) return;
    told.add(handler);
    log.warn({ why: resultOmitted }, 'what the handler returned is not kept; this is said once');
  }

  function run(
    handler: BoundHandler,
    { number, tries, log }: Attempt,
    delivery: Delivery,
  ): Promise<RunResult> {
    // Earlier runs can end without a word (a killed process): they count all the same, or it would go on for ever.
    if (tries > handler.attempts) {
      return Promise.resolve(failure('every earlier run ended without an answer'));
    }
    return runHandler(deps, handler, { attempt: number, delivery, log });
  }

  function decide(handler: BoundHandler, { tries }: Attempt, result: RunResult): Handled {
    if (result.kind === 'returned') return { kind: 'completed' };
    if (result.final || tries >= handler.attempts) return ended('givenUp', handler);
    return { kind: 'later', atMs: deps.clock.nowMs() + retryDelayMs(handler, tries, result.askedForMs) };
  }

  /** What becomes of the claim, and the run with it, in one write. */
  async function settle({ key }: Attempt, record: HandlerRun, handled: Handled): Promise<void> {
    if (handled.kind === 'completed') await deps.claims.complete(key, record, record.finishedAtMs);
    else await deps.claims.fail(key, record, handled.kind === 'later' ? handled.atMs : null);
  }
}

function callOnce(call: () => void): () => void {
  let called = false;
  return () => {
    if (called) return;
    called = true;
    call();
  };
}

function ended(kind: 'completed' | 'givenUp', handler: BoundHandler): Handled {
  return kind === 'completed' ? { kind } : { kind, handler: handler.name };
}

/** An event comes again also for the sake of a run that could not be recorded; nothing runs then. */
function unlessDue(dueAtMs: number | null, handled: Handled): Handled {
  return dueAtMs === null || handled.kind === 'later' ? handled : { kind: 'later', atMs: dueAtMs };
}

function say(run: HandlerRun, log: Log): void {
  const fields = { outcome: run.outcome, durationMs: run.finishedAtMs - run.startedAtMs };
  if (run.error === null) log.info(fields, 'handled');
  else log.warn({ ...fields, error: run.error }, 'handler failed');
}
