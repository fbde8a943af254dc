import type { EventKey } from '../ingress/receipts.ts';
import type { HandlerRun } from '../timeline/run-log.ts';

/** One handler's work on one event; each pair is claimed on its own, so handlers cannot disturb each other. */
export type ClaimKey = EventKey & { readonly handler: string };

/**
 * The answer to a claim:
 * - `claimed`: run it; nobody else may until the lease ends. `attempt` counts every run of it there was, `tries`
 *   those since it was last opened again, which is what its limit counts.
 * - `busy`: another run holds the lease, or the next attempt is not due; come back at `untilMs`.
 * - `completed`: it has succeeded before.
 * - `givenUp`: its attempts are used up.
 *
 * `runs`, where there are any, are those that ended under this claim and may not be in the run log yet: whoever gets
 * them records them, which is safe to repeat, and then says so with `recorded`.
 */
export type Claim =
  | ({ readonly kind: 'claimed'; readonly attempt: number; readonly tries: number } & EndedRuns)
  | { readonly kind: 'busy'; readonly untilMs: number }
  | ({ readonly kind: 'completed' } & EndedRuns)
  | ({ readonly kind: 'givenUp' } & EndedRuns);

type EndedRuns = { readonly runs?: readonly HandlerRun[] };

/**
 * Remembers which handler has done what, strongly consistent, for the retention (16 days by default).
 * Times are milliseconds since the epoch. A claim whose process died is free again when its lease ends, which is how a crash re-runs a handler.
 *
 * The end of a run and what became of its claim are kept in one write, so that a crash right after it cannot lose the
 * record of the run: the event is delivered again, and the claim still knows.
 */
export interface ClaimStore {
  claim(key: ClaimKey, leaseMs: number, nowMs: number): Promise<Claim>;
  /** The work is done, for ever; also by a run whose lease had ended. */
  complete(key: ClaimKey, run: HandlerRun, nowMs: number): Promise<void>;
  /**
   * That run failed: the next is due at `retryAtMs`, or never (`null`). When the key has been completed or claimed
   * again since, only the run is kept.
   */
  fail(key: ClaimKey, run: HandlerRun, retryAtMs: number | null): Promise<void>;
  /** The runs of these attempts are in the run log: the claim need not keep them any longer. */
  recorded(key: ClaimKey, attempts: readonly number[]): Promise<void>;
  /**
   * Lets a handler that has completed or given up run once more, from its first try, when the event is handed off
   * again. Says false, and changes nothing, when there is no such claim or it is running or due.
   */
  reopen(key: ClaimKey, nowMs: number): Promise<boolean>;
}
