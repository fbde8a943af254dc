import type { HandlerFailure } from '../../functions/timeline/handler-failures.ts';
import { formatTable } from '../terminal/format-table.ts';
import { rfc3339 } from '../terminal/rfc3339.ts';

/** What is to run again, and what is not, with the reason and the number. */
export type RerunPlan = {
  readonly wanted: readonly HandlerFailure[];
  readonly leftOut: Readonly<Record<string, number>>;
};

/** @param again also what somebody has asked for since. */
export function planReruns(open: readonly HandlerFailure[], again: boolean): RerunPlan {
  const reasons = open.map((failure) => whyLeftOut(failure, again));
  const leftOut: Record<string, number> = {};
  for (const reason of reasons) if (reason !== null) leftOut[reason] = (leftOut[reason] ?? 0) + 1;
  return { wanted: open.filter((_, index) => reasons[index] === null), leftOut };
}

/** A handler a line: for how many events, since when, and what went wrong most often. */
export function planTable({ wanted }: RerunPlan): string {
  const byHandler = Map.groupBy(wanted, ({ handler }) => handler);
  const rows = [...byHandler].map(([handler, failures]) => {
    const times = failures.map(({ gaveUpAtMs }) => gaveUpAtMs);
    return [
      handler,
      String(failures.length),
      rfc3339(Math.min(...times)) ?? '',
      rfc3339(Math.max(...times)) ?? '',
      mostFrequentError(failures),
    ];
  });
  return formatTable([
    ['HANDLER', 'EVENTS', 'FIRST GAVE UP', 'LAST GAVE UP', 'MOST FREQUENT ERROR'],
    ...rows,
  ]);
}

function whyLeftOut({ standing, event, misfiled }: HandlerFailure, again: boolean): string | null {
  if (misfiled !== undefined) return 'changed since it was recorded: run "offhook audit verify"';
  if (event === null) return 'its event is not in the audit trail: only the dead letters may have it';
  if (standing === 'retrying') return 'tried again by itself';
  return standing === 'asked' && !again ? 'asked for already, and not ended: --again takes it along' : null;
}

function mostFrequentError(failures: readonly HandlerFailure[]): string {
  const counts = Map.groupBy(failures, ({ error }) => error ?? 'no error is recorded');
  const [first] = [...counts].toSorted(([, a], [, b]) => b.length - a.length);
  if (first === undefined) return '';
  return counts.size === 1 ? first[0] : `${first[0]} (${first[1].length} of ${failures.length})`;
}
