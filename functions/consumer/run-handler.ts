import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import { withDeadline } from '../../settings/ambient/deadline.ts';
import { describeError, messageOf } from '../../settings/ambient/describe-error.ts';
import type { Log } from '../ambient/log.ts';
import { askedForMs, isFinal } from '../hooks/attempt-failure.ts';
import type { HandlerContext } from '../hooks/handler.ts';
import { createHandlerCalls, type HandlerCalls } from '../hooks/handler-fetch.ts';
import type { BoundHandler } from '../hooks/hooks.ts';
import { keepResult } from '../hooks/keep-result.ts';
import type { HandoffMessage } from '../ingress/handoff.ts';
import type { ContainerStates } from '../ordering/container-states.ts';
import type { KeptResult } from '../timeline/run-log.ts';
import type { Strays } from './strays.ts';

/** An event as handlers get it, and the message it came in. */
export type Delivery = { readonly event: LifecycleEvent; readonly message: HandoffMessage };

/**
 * @property states needed by handlers that are `ordered`.
 * @property strays without it, what a handler leaves behind is up to the platform.
 */
export type RunDeps = {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly states?: ContainerStates;
  readonly strays?: Strays;
};

type RunFacts = { readonly attempt: number; readonly delivery: Delivery; readonly log: Log };

/**
 * @property kept what it returned.
 * @property final trying again cannot help.
 * @property askedForMs how long the far side asked to be left alone; 0 if it did not.
 */
export type RunResult =
  | { readonly kind: 'returned'; readonly kept: KeptResult }
  | { readonly kind: 'threw'; readonly error: string; readonly final: boolean; readonly askedForMs: number };

const MOST_CHARACTERS = 300;

/**
 * Runs a handler until it returns, throws, or its time is up. A handler that ignores `ctx.signal` cannot be
 * stopped: its run counts as failed at the deadline even if it goes on.
 */
export async function runHandler(deps: RunDeps, handler: BoundHandler, facts: RunFacts): Promise<RunResult> {
  const overdue = () => new Error(`did not finish within ${handler.timeoutMs} ms`);
  const settled = (signal: AbortSignal) => {
    const calls = createHandlerCalls({ fetch: deps.fetch, signal, clock: deps.clock });
    const ctx = { ...createContext(deps, handler, facts), fetch: calls.fetch, signal };
    return settle(handler, ctx, calls);
  };
  // Only the deadline rejects: what a handler throws is settled.
  const run = () =>
    withDeadline(deps.clock, { ms: handler.timeoutMs, overdue }, settled).catch((late: unknown) =>
      failure(messageOf(late)),
    );
  if (deps.strays === undefined) return run();
  const { result, stray } = await deps.strays.during(facts.log, run);
  return stray === null ? result : withStray(result, stray);
}

/** Returning does not mean done when something that the handler began has failed meanwhile. */
function withStray(result: RunResult, stray: string): RunResult {
  if (result.kind === 'returned') return failure(stray);
  return { ...result, error: `${result.error}; before that, ${stray}`.slice(0, MOST_CHARACTERS) };
}

async function settle(handler: BoundHandler, ctx: HandlerContext, calls: HandlerCalls): Promise<RunResult> {
  try {
    const returned = await handler.run(ctx);
    await calls.ended();
    return { kind: 'returned', kept: keepResult(returned) };
  } catch (error) {
    return { ...failure(describeError(error)), final: isFinal(error), askedForMs: askedForMs(error) };
  }
}

/** A failure after which the handler is tried again as its options say. */
export function failure(error: string): RunResult & { readonly kind: 'threw' } {
  return { kind: 'threw', error, final: false, askedForMs: 0 };
}

function createContext(
  deps: RunDeps,
  handler: BoundHandler,
  { attempt, delivery: { event, message }, log }: RunFacts,
): Omit<HandlerContext, 'fetch' | 'signal'> {
  const startedAtMs = deps.clock.nowMs();
  return {
    log,
    attempt,
    startedAt: new Date(startedAtMs),
    deadline: new Date(startedAtMs + handler.timeoutMs),
    receivedAt: new Date(message.receivedAtMs),
    body: message.body,
    signed: message.signed ?? null,
    traceparent: message.traceparent ?? null,
    latest: () => latest(deps.states, handler, event),
  };
}

async function latest(states: ContainerStates | undefined, handler: BoundHandler, event: LifecycleEvent) {
  // Else only what this handler happened to ask about would be known, and old news would pass for the newest.
  if (!handler.ordered || states === undefined) {
    throw new TypeError(`handler ${handler.name}: ctx.latest() needs the option { ordered: true }`);
  }
  return states.standing(event);
}
