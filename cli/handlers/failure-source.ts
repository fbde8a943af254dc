import type { FailureFilter, FailurePage } from '../../functions/timeline/handler-failures.ts';

/** A handler and the event that it is to run again for. */
type FailureName = { readonly eventId: string; readonly handler: string };

/**
 * What became of a wish to run a handler again:
 *
 * - `queued`: it runs.
 * - `refused`: it does not; `why` is a sentence.
 * - `waiting`: nobody has taken it yet. It runs at the receiver's next start.
 */
export type Asked =
  | { readonly kind: 'queued' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'refused'; readonly why: string };

/** A receiver whose handlers gave up. Every method fails with `AuditSourceError` when it cannot be asked. */
export interface FailureSource {
  /** Newest first; `limit` 1 to 200. A page may be shorter, or empty, and go on all the same. */
  list(
    filter: FailureFilter,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<FailurePage>;
  /** At most 20; the answers are in their order. */
  rerun(handlers: readonly FailureName[]): Promise<readonly Asked[]>;
  close(): void;
}
