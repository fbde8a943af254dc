import type { EventKey } from '../ingress/event-key.ts';

/** One handler's work on one event; each pair is claimed on its own, so handlers cannot disturb each other. */
export type ClaimKey = EventKey & { readonly handler: string };

/**
 * The answer to a claim:
 * - `claimed`: run it; nobody else may until the lease ends. `attempt` counts every run of it there was, `tries`
 *   those since it was last opened again, which is what its limit counts.
 * - `busy`: another run holds the lease, or the next attempt is not due; come back at `untilMs`.
 * - `completed`: it has succeeded before.
 * - `givenUp`: its attempts are used up.
 */
export type Claim =
  | { readonly kind: 'claimed'; readonly attempt: number; readonly tries: number }
  | { readonly kind: 'busy'; readonly untilMs: number }
  | { readonly kind: 'completed' }
  | { readonly kind: 'givenUp' };

/**
 * Remembers which handler has done what, strongly consistent, for the retention (16 days by default).
 * Times are milliseconds since the epoch. A claim whose process died is free again when its lease ends, which is how a crash re-runs a handler.
 */
export interface ClaimStore {
  claim(key: ClaimKey, leaseMs: number, nowMs: number): Promise<Claim>;
  /** The work is done, for ever; also from a run whose lease had ended. */
  complete(key: ClaimKey, nowMs: number): Promise<void>;
  /**
   * That attempt failed: the next is due at `retryAtMs`, or never (`null`). Ignored when the key has been
   * completed or claimed again since.
   */
  fail(key: ClaimKey, attempt: number, retryAtMs: number | null): Promise<void>;
  /**
   * Lets a handler that has completed or given up run once more, from its first try, when the event is handed off
   * again. Says false, and changes nothing, when there is no such claim or it is running or due.
   */
  reopen(key: ClaimKey, nowMs: number): Promise<boolean>;
}
