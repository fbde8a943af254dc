/** One handler's work on one event; each pair is claimed on its own, so handlers cannot disturb each other. */
export type ClaimKey = { readonly eventId: string; readonly handler: string };

/**
 * The answer to a claim:
 * - `claimed`: run it, this is run number `attempt`; nobody else may until the lease ends.
 * - `busy`: another run holds the lease, or the next attempt is not due; come back at `untilMs`.
 * - `completed`: it has succeeded before.
 * - `givenUp`: its attempts are used up.
 */
export type Claim =
  | { readonly kind: 'claimed'; readonly attempt: number }
  | { readonly kind: 'busy'; readonly untilMs: number }
  | { readonly kind: 'completed' }
  | { readonly kind: 'givenUp' };

/**
 * Remembers which handler has done what, strongly consistent, for 16 days. Times are milliseconds since the
 * epoch. A claim whose process died is free again when its lease ends, which is how a crash re-runs a handler.
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
}
