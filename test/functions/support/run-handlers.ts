import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { createJsonLog } from '../../../functions/ambient/log.ts';
import { createConsumer } from '../../../functions/consumer/consumer.ts';
import { withLargerHandlers } from '../../../functions/handlers/larger-handlers.ts';
import { registerHandlers } from '../../../functions/handlers/register.ts';
import { createHooks, type Hooks } from '../../../functions/hooks/hooks.ts';
import type { HandoffMessage } from '../../../functions/ingress/handoff.ts';
import { createContainerStates } from '../../../functions/ordering/container-states.ts';
import { createSqliteClaims } from '../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import type { HandlerRun } from '../../../functions/timeline/run-log.ts';
import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { createWallClock } from '../../support/wall-clock.ts';

export type HandlersOptions = { readonly startMs?: number; readonly after?: Clock['after'] };

/**
 * Handlers run by the real consumer, on claims and states in SQLite, with the real fetch. Time stands still unless it is
 * moved; deadlines are real unless another way to wait is given.
 */
export function runHandlers(register: (hooks: Hooks) => void, options: HandlersOptions = {}) {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  let nowMs = options.startMs ?? Date.UTC(2026, 10, 22, 14, 24, 2);
  const now = () => nowMs;
  const clock = { ...createWallClock(now), ...(options.after && { after: options.after }) };
  const lines: string[] = [];
  const runs: HandlerRun[] = [];
  const hooks = createHooks();
  register(hooks);
  const claims = createSqliteClaims(database);
  const consumer = createConsumer({
    handlers: hooks,
    claims,
    states: createContainerStates(claims, clock),
    runs: { recordRun: async (run) => recordOnce(runs, run) },
    log: createJsonLog((_, line) => lines.push(line)),
    clock,
    fetch,
  });
  return {
    lines,
    runs,
    now,
    moveOn: (ms: number) => {
      nowMs += ms;
    },
    handle: (event: LifecycleEvent, traced: Pick<HandoffMessage, 'traceparent'> = {}) =>
      consumer.consume({ body: serialiseEvent(event), receivedAtMs: nowMs - 40, ...traced }),
    /** Outcome and error of the runs of a handler, in order. */
    outcomes: (handler: string) =>
      runs.filter((run) => run.handler === handler).map(({ outcome, error }) => [outcome, error]),
  };
}

/** A run is recorded again where it is not known to be recorded: that is one row. */
function recordOnce(runs: HandlerRun[], run: HandlerRun): void {
  const { eventId, handler, attempt } = run;
  const same = (one: HandlerRun) =>
    one.eventId === eventId && one.handler === handler && one.attempt === attempt;
  if (!runs.some(same)) runs.push(run);
}

/** The shipped handlers as they are registered on Node and Lambda, with an audit trail that keeps nothing. */
export function runShippedHandlers(vars: Readonly<Record<string, string>> = {}, options?: HandlersOptions) {
  const audit = { append: async () => {} };
  const { startMs = Date.UTC(2026, 10, 22, 14, 24, 2) } = options ?? {};
  const register = withLargerHandlers(registerHandlers);
  return runHandlers((hooks) => void register(hooks, { vars, audit, now: () => startMs }), options);
}
