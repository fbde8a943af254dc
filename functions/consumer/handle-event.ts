import { describeError } from '../describe-error.ts';
import { retryDelayMs } from '../hooks/handler-settings.ts';
import type { BoundHandler } from '../hooks/hooks.ts';
import { type Log, withFields } from '../log.ts';
import type { ClaimKey, ClaimStore } from './claim-store.ts';
import type { Delivery } from './delivery.ts';
import { failure, type RunDeps, type RunResult, runHandler } from './run-handler.ts';
import type { HandlerRun, RunLog, RunOutcome } from './run-log.ts';

/** Where one handler stands with one event after a delivery. */
export type Handled =
  | { readonly kind: 'completed' }
  | { readonly kind: 'later'; readonly atMs: number }
  | { readonly kind: 'givenUp'; readonly handler: string };

export type HandleDeps = RunDeps & {
  readonly claims: ClaimStore;
  readonly runs: RunLog;
  readonly log: Log;
};

/** The lease outlives the longest run by this much, so that a run's end is recorded under its own claim. */
const LEASE_MARGIN_MS = 15_000;

type Attempt = {
  readonly key: ClaimKey;
  readonly number: number;
  readonly tries: number;
  readonly log: Log;
};

/** Claim → run → complete for one handler and one event. */
export function createHandleEvent(deps: HandleDeps) {
  return async function handleEvent(handler: BoundHandler, delivery: Delivery): Promise<Handled> {
    const { id: eventId, partitionkey: partitionKey } = delivery.event;
    const key = { eventId, partitionKey, handler: handler.name };
    const claim = await deps.claims.claim(key, handler.timeoutMs + LEASE_MARGIN_MS, deps.now());
    if (claim.kind === 'completed') return { kind: 'completed' };
    if (claim.kind === 'givenUp') return { kind: 'givenUp', handler: handler.name };
    if (claim.kind === 'busy') return { kind: 'later', atMs: claim.untilMs };
    const log = withFields(deps.log, { eventId, handler: handler.name, attempt: claim.attempt });
    return attempt(handler, { key, number: claim.attempt, tries: claim.tries, log }, delivery);
  };

  async function attempt(handler: BoundHandler, current: Attempt, delivery: Delivery): Promise<Handled> {
    const startedAtMs = deps.now();
    const result = await run(handler, current, delivery);
    const handled = await settle(handler, current, result);
    const outcome: RunOutcome = handled.kind === 'later' ? 'failed' : handled.kind;
    const error = result.kind === 'threw' ? result.error : null;
    const times = { startedAtMs, finishedAtMs: deps.now() };
    const { eventId } = current.key;
    const facts = { stream: delivery.event.source, eventId, handler: handler.name };
    await record({ ...facts, attempt: current.number, outcome, error, ...times }, current.log);
    return handled;
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

  async function settle(
    handler: BoundHandler,
    { key, number, tries }: Attempt,
    result: RunResult,
  ): Promise<Handled> {
    if (result.kind === 'returned') {
      await deps.claims.complete(key, deps.now());
      return { kind: 'completed' };
    }
    if (result.final || tries >= handler.attempts) {
      await deps.claims.fail(key, number, null);
      return { kind: 'givenUp', handler: handler.name };
    }
    const atMs = deps.now() + retryDelayMs(handler, tries, result.askedForMs);
    await deps.claims.fail(key, number, atMs);
    return { kind: 'later', atMs };
  }

  /** The claim is settled already: a missing row must not run the handler again. */
  async function record(run: HandlerRun, log: Log): Promise<void> {
    try {
      await deps.runs.recordRun(run);
    } catch (error) {
      log.error('could not record a run', { cause: describeError(error) });
    }
    const fields = { outcome: run.outcome, durationMs: run.finishedAtMs - run.startedAtMs };
    if (run.error === null) log.info('handled', fields);
    else log.warn('handler failed', { ...fields, error: run.error });
  }
}
