import type { Readiness } from './health/health-server.ts';
import type { JournalWriteError } from './journal/journal-error.ts';
import type { SourceStatus } from './source/source-health.ts';

/**
 * When the watcher does its work: it knows its cluster, has heard from the API server in the last two minutes, and can
 * write its journal, which has room. Deliveries do not count: a receiver that is down is no reason to restart the watcher.
 */
export function readinessOf(state: {
  readonly pods: SourceStatus | null;
  /** Whether the first list of Pods is complete; before that nothing can be told. */
  readonly listed: boolean;
  readonly journal: {
    writable(): boolean;
    lastError(): JournalWriteError | null;
    quota(): { readonly full: boolean; readonly maxBytes: number };
  };
  /** Why this replica could not take part in the election; empty when it can, or is alone. */
  readonly standby: readonly string[];
}): Readiness {
  const { pods, listed, journal, standby } = state;
  const reasons = [
    ...(pods === null ? ['the cluster has not answered yet'] : []),
    ...(pods?.stale ? [`the watch of Pods is stale: ${pods.error ?? 'no contact yet'}`] : []),
    ...(pods && !pods.stale && !listed ? [pods.error ?? 'the first list of Pods is not complete'] : []),
    ...(journal.quota().full
      ? [`the journal has reached its quota of ${journal.quota().maxBytes} bytes with undelivered events`]
      : []),
    ...standby,
    ...(journal.writable() ? [] : [`the journal cannot write: ${journal.lastError()?.message ?? 'unknown'}`]),
  ];
  return { ready: reasons.length === 0, reasons };
}
