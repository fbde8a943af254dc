import type { AuditRecord } from '../audit/audit-record.ts';
import type { HandlerRun } from '../consumer/run-log.ts';

/** One event of the page, with every run of every handler, oldest first. */
export type TimelineEntry = AuditRecord & { readonly runs: readonly HandlerRun[] };

/** How far a reader has come: the last row seen of events and of runs. */
export type Cursor = { readonly events: number; readonly runs: number };

export type TimelinePart = {
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  readonly cursor: Cursor;
};

/** What the page reads. */
export interface Timeline {
  /** The newest entries. */
  latest(limit: number): Promise<TimelinePart>;
  /** Entries that are new, or have new runs, since the cursor; at most twice `limit`, then ask again. */
  since(cursor: Cursor, limit: number): Promise<TimelinePart>;
}
