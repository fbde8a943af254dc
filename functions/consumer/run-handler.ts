import { describeError } from '../describe-error.ts';
import type { HandlerContext } from '../hooks/handler.ts';
import type { BoundHandler } from '../hooks/hooks.ts';
import type { HandoffMessage } from '../ingress/handoff.ts';
import type { Log } from '../log.ts';
import type { Timer } from '../timer.ts';

export type RunDeps = {
  readonly now: () => number;
  readonly timer: Timer;
  readonly fetch: typeof fetch;
};

export type RunFacts = { readonly attempt: number; readonly message: HandoffMessage; readonly log: Log };

export type RunResult = { readonly kind: 'returned' } | { readonly kind: 'threw'; readonly error: string };

/**
 * Runs a handler until it returns, throws, or its time is up. A handler that ignores `ctx.signal` cannot be
 * stopped: its run counts as failed at the deadline even if it goes on.
 */
export async function runHandler(deps: RunDeps, handler: BoundHandler, facts: RunFacts): Promise<RunResult> {
  const abort = new AbortController();
  const overdue = Promise.withResolvers<RunResult>();
  const cancel = deps.timer(handler.timeoutMs, () => {
    const error = `did not finish within ${handler.timeoutMs} ms`;
    overdue.resolve({ kind: 'threw', error });
    abort.abort(new Error(error));
  });
  try {
    return await Promise.race([
      settle(handler, createContext(deps, handler, facts, abort.signal)),
      overdue.promise,
    ]);
  } finally {
    cancel();
  }
}

async function settle(handler: BoundHandler, ctx: HandlerContext): Promise<RunResult> {
  try {
    await handler.run(ctx);
    return { kind: 'returned' };
  } catch (error) {
    return { kind: 'threw', error: describeError(error) };
  }
}

function createContext(
  deps: RunDeps,
  handler: BoundHandler,
  { attempt, message, log }: RunFacts,
  signal: AbortSignal,
): HandlerContext {
  return {
    log,
    attempt,
    signal,
    deadline: new Date(deps.now() + handler.timeoutMs),
    receivedAt: new Date(message.receivedAtMs),
    body: message.body,
    signed: message.signed ?? null,
    fetch: (input, init) => deps.fetch(input, { signal, ...init }),
  };
}
