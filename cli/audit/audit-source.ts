import type { AuditFilter, RecordPage } from '../../functions/audit/audit-reader.ts';
import type { ChainEntry } from '../../functions/audit/verify/verify-verdict.ts';

/**
 * Where the commands read the audit trail from. Every method fails with {@link AuditSourceError} when it cannot.
 *
 * @property moves whether the retention may remove records between two pages of one reading.
 */
export interface AuditSource {
  readonly moves: boolean;
  /** The chains there are, by name. */
  streams(): Promise<readonly string[]>;
  /** What is wrong with the store besides its records, one sentence each. */
  faults(): Promise<readonly string[]>;
  /** A chain's records behind `after` in the order in which they are kept; with the bytes of events if asked for. */
  entries(
    stream: string,
    from: { readonly after: number; readonly bodies: boolean },
  ): AsyncIterable<ChainEntry>;
  /** Newest first; `limit` 1 to 1,000. */
  list(
    filter: AuditFilter,
    page: { readonly limit: number; readonly after: string | undefined },
  ): Promise<RecordPage>;
  /** Events, each followed by what its handlers did; `limit` 1 to 200. */
  eventsWithRuns(
    filter: AuditFilter,
    page: { readonly limit: number; readonly after: string | undefined },
  ): Promise<RecordPage>;
  close(): void;
}

/** The audit trail cannot be read; the message says where, why, and what to do. */
export class AuditSourceError extends Error {
  override readonly name = 'AuditSourceError';
}
