import type { Readiness } from '../health/health-server.ts';
import type { JournalWriteError } from '../journal/database/journal-error.ts';
import type { SourceStatus } from '../source/reflector/source-health.ts';
import type { SetAsideReport } from '../source/sink/set-aside.ts';

/**
 * When the watcher does its work: it knows its cluster, the watch of Pods made progress in the last two minutes and
 * its answers can be taken, and it can write its journal, which has room. Deliveries do not count: a receiver that is down is no reason to restart the watcher.
 */
export function readinessOf(state: {
  readonly pods: SourceStatus | null;
  /** Why the cluster has not said who it is, as long as it has not. */
  readonly unanswered: string | null;
  /** Whose first list of Pods is not complete (a namespace; null: the cluster); before that nothing of it can be told. */
  readonly unlisted: readonly (string | null)[];
  readonly journal: {
    writable(): boolean;
    lastError(): JournalWriteError | null;
    quota(): { readonly full: boolean; readonly maxBytes: number };
  };
  /** Why this replica could not take part in the election; empty when it can, or is alone. */
  readonly standby: readonly string[];
  readonly setAside: SetAsideReport;
}): Readiness {
  const { pods, unanswered, unlisted, journal, standby, setAside } = state;
  const reasons = [
    ...(pods === null && unanswered === null ? ['the cluster has not answered yet'] : []),
    ...(pods === null && unanswered !== null ? [`the cluster does not say who it is: ${unanswered}`] : []),
    ...(pods?.stale ? [`the watch of Pods is stale: ${pods.error ?? 'no progress yet'}`] : []),
    ...(pods?.refused && !pods.stale
      ? [`what the API server answers about Pods is refused: ${pods.error ?? 'unknown'}`]
      : []),
    ...(pods && !pods.stale && unlisted.length > 0 ? [pods.error ?? unlistedReason(unlisted)] : []),
    ...(journal.quota().full
      ? [`the journal has reached its quota of ${journal.quota().maxBytes} bytes with undelivered events`]
      : []),
    ...standby,
    ...(journal.writable() ? [] : [`the journal cannot write: ${journal.lastError()?.message ?? 'unknown'}`]),
  ];
  return { ready: reasons.length === 0, reasons, notes: notesOf(setAside) };
}

const MOST_NAMED = 5;

function unlistedReason(unlisted: readonly (string | null)[]): string {
  const names = unlisted.filter((namespace) => namespace !== null);
  const named = names.slice(0, MOST_NAMED).join(', ');
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `the first list of Pods is not complete${named && `: ${named}${more}`}`;
}

/** Told, and no reason: whoever may create a Pod could make the watcher unready with one. */
function notesOf({ pods, totals }: SetAsideReport): readonly string[] {
  const events = totals.reduce((sum, { resource, count }) => sum + (resource === 'events' ? count : 0), 0);
  return [
    ...(pods > 0 ? [`Pods left aside, since they cannot be read: ${pods}; see the log`] : []),
    ...(events > 0 ? [`Events left aside since the start: ${events}; see the log`] : []),
  ];
}
