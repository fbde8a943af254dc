import type { HandlerFailures } from '../timeline/handler-failures.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { AuditReader } from './audit-reader.ts';
import type { ChainStore } from './chain-store.ts';

/** The audit trail of a platform: what writes it, what answers for it, what the page shows of it, and
 * which handlers gave up. */
export type AuditStore = {
  readonly chains: ChainStore;
  readonly reader: AuditReader;
  readonly timeline: Timeline;
  readonly failures: HandlerFailures;
};
