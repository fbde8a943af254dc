import type { Clock } from '../../settings/ambient/clock.ts';
import type { QueueDepth } from '../journal/records/queue-report.ts';

/** What waits and what was given up; `oldestMs`: wall time at which the oldest that waits was stored. */
export type WaitingReport = {
  readonly pending: number;
  readonly dead: number;
  readonly oldestMs: number | null;
};

const NONE: WaitingReport = { pending: 0, dead: 0, oldestMs: null };
/** The report is one pass over all that waits: in a long backlog too much for every second. */
const REFRESH_MS = 10_000;

interface WaitingReports {
  /** As the journal said at most ten seconds ago. */
  of(subscription: string | null): WaitingReport;
  /** Looks again when it is time to. @throws what the journal throws; the next call asks again. */
  refresh(): void;
}

/** The journal's report of its queues, by subscription. */
export function createWaitingReports(
  queues: () => readonly QueueDepth[],
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>,
): WaitingReports {
  let reports: ReadonlyMap<string, WaitingReport> = new Map();
  let dueMs = Number.NEGATIVE_INFINITY;
  return {
    of: (subscription) => reports.get(subscription ?? '') ?? NONE,
    refresh() {
      if (clock.monotonicMs() < dueMs) return;
      const nowMs = clock.nowMs();
      const read = queues().map(
        ({ subscription, pending, dead, oldestPendingMs }): [string, WaitingReport] => [
          subscription,
          { pending, dead, oldestMs: oldestPendingMs === null ? null : nowMs - oldestPendingMs },
        ],
      );
      reports = new Map(read);
      dueMs = clock.monotonicMs() + REFRESH_MS;
    },
  };
}
