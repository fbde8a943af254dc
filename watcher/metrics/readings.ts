import type { QueueDepth } from '../journal/records/queue-report.ts';
import type { QuotaReport } from '../journal/upkeep/quota.ts';
import type { SourceStatus } from '../source/reflector/source-health.ts';
import type { SetAsideReport } from '../source/sink/set-aside.ts';

/** What is measured when it is asked for, not counted as it happens; read once a scrape. */
export type Readings = {
  readonly ready: boolean;
  /** Whether this replica delivers; always where it is alone. */
  readonly leading: boolean;
  readonly queues: readonly QueueDepth[];
  /** Names of the subscriptions that their receivers ended. */
  readonly disabled: readonly string[];
  readonly journal: QuotaReport;
  /** Whether the journal's disk took the last write. */
  readonly writable: boolean;
  readonly setAside: SetAsideReport;
  /** By resource, `pods` and `events`; empty before the cluster has answered. */
  readonly sources: readonly { readonly resource: string; readonly status: SourceStatus }[];
};
