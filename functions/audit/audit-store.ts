import type { Timeline } from '../timeline/timeline.ts';
import type { AuditReader } from './audit-reader.ts';
import type { ChainStore } from './chain-store.ts';

/** The audit trail of a platform: what writes it, what answers for it, and what the page shows of it. */
export type AuditStore = {
  readonly chains: ChainStore;
  readonly reader: AuditReader;
  readonly timeline: Timeline;
};
