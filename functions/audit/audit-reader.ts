import type { EndOutcome } from '../timeline/event-facts.ts';
import type { RunOutcome } from '../timeline/run-log.ts';
import type { StoredRecord } from './stored-record.ts';

/**
 * Which records are wanted; every field given must match. Times are milliseconds since the epoch, `fromMs` inclusive,
 * `toMs` exclusive, and mean when an event happened, or a handler's run started.
 *
 * @property outcome how a container's run ended; `handlerOutcome`: how a handler's run did. A filter about containers
 *   (namespace … outcome) leaves handler runs out; one with `eventId` alone gives the event and its runs.
 */
export type AuditFilter = {
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly podUid?: string;
  readonly container?: string;
  readonly hook?: string;
  readonly exitCode?: number;
  readonly outcome?: EndOutcome;
  readonly handler?: string;
  readonly handlerOutcome?: RunOutcome;
  readonly eventId?: string;
};

/** @property next give it as `after` for the next page; null at the end. */
export type RecordPage = { readonly records: readonly StoredRecord[]; readonly next: string | null };

/** What the audit trail answers to questions. */
export interface AuditReader {
  /**
   * Newest first.
   *
   * @param page `limit` 1 to 1,000; `after` from an earlier page.
   * @throws RangeError on an `after` that this store did not give.
   */
  list(
    filter: AuditFilter,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<RecordPage>;
  /**
   * Events alone, newest first, each followed by what its handlers did, oldest first: runs and wishes for them.
   *
   * @param page `limit` events, 1 to 200; `after` from an earlier page.
   * @throws RangeError on an `after` that this store did not give.
   */
  eventsWithRuns(
    filter: AuditFilter,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<RecordPage>;
  /** The chains there are, by name. */
  streams(): Promise<readonly string[]>;
  /** A chain's records whose position is greater than `after`, in the order of their positions. */
  chain(
    stream: string,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly StoredRecord[]>;
  /** What is wrong with the store besides its records, one sentence each; empty where nothing is. */
  faults(): Promise<readonly string[]>;
  /** The bytes of an event, as they were signed; null for an event that is not (or no longer) there. */
  body(eventId: string): Promise<Uint8Array<ArrayBuffer> | null>;
}
