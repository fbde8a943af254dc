import type { EventFacts } from './event-facts.ts';
import type { Asker } from './rerun-log.ts';

/**
 * Where a handler stands that has given up on an event:
 *
 * - `gaveUp`: nothing has happened since.
 * - `asked`: somebody has asked for it to be run again, and no run since has ended.
 * - `retrying`: it has run again, failed, and is tried again by itself.
 * - `succeeded`: it has completed since.
 *
 * All but the last are open.
 */
export type FailureStanding = 'gaveUp' | 'asked' | 'retrying' | 'succeeded';

/** What is shown of the event; the rest is in the audit trail. */
type FailedEvent = Pick<
  EventFacts,
  'hook' | 'cluster' | 'namespace' | 'pod' | 'container' | 'exitCode' | 'reason' | 'occurredAtMs'
>;

/**
 * A handler that gave up on an event; one for each pair, however often it did.
 *
 * @property attempt, error, gaveUpAtMs of the last run after which there was no further attempt.
 * @property lastAttempt the last attempt that is recorded.
 * @property rerun who has asked last for another run since it gave up, and when; null where nobody has.
 * @property event null where the event itself is not recorded (its `audit` handler gave up) or no longer.
 * @property misfiled where the store holds something else than was recorded (`StoredRecord`); nothing runs then.
 */
export type HandlerFailure = {
  readonly stream: string;
  readonly eventId: string;
  readonly handler: string;
  readonly standing: FailureStanding;
  readonly attempt: number;
  readonly error: string | null;
  readonly gaveUpAtMs: number;
  readonly lastAttempt: number;
  readonly rerun: (Asker & { readonly atMs: number }) | null;
  readonly event: FailedEvent | null;
  readonly misfiled?: string;
};

/**
 * Which failures are wanted; every field given must match. Times are milliseconds since the epoch, `fromMs` inclusive,
 * `toMs` exclusive, and mean when the run began after which the handler gave up.
 *
 * @property open only those that have not succeeded since.
 */
export type FailureFilter = {
  readonly open?: boolean;
  readonly handler?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly eventId?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
};

/** @property next give it as `after` for the next page; null at the end. */
export type FailurePage = { readonly failures: readonly HandlerFailure[]; readonly next: string | null };

/** The handlers that gave up, as the audit trail knows them. */
export interface HandlerFailures {
  /**
   * Newest first. A page ends after `limit`, or after as many records as one question may look at: then it has fewer, or
   * none, and a `next`.
   *
   * @param page `limit` 1 to 200.
   * @throws RangeError on an `after` that this store did not give.
   */
  list(
    filter: FailureFilter,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<FailurePage>;
}
