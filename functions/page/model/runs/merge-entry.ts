import type { HandlerRerun } from '../../../timeline/rerun-log.ts';
import type { TimelineEntry, TimelineRun } from '../../../timeline/timeline.ts';
import { plainOrder } from '../text/text-order.ts';

/**
 * Two tellings of one event as one: the later record's facts, and of both the handler runs, and who asked for them. Whichever comes first, the
 * answer is the same, so entries may arrive twice and in any order.
 */
export function mergeEntry(a: TimelineEntry, b: TimelineEntry): TimelineEntry {
  const facts = isLater(b, a) ? b : a;
  const runs = new Map<string, TimelineRun>();
  for (const run of [...a.runs, ...b.runs]) {
    const key = `${run.attempt} ${run.handler}`;
    const known = runs.get(key);
    if (known === undefined || tellsMore(run, known)) runs.set(key, run);
  }
  const misfiled = a.misfiled ?? b.misfiled;
  const reruns = mergeReruns(a.reruns ?? [], b.reruns ?? []);
  return {
    ...facts,
    runs: [...runs.values()].sort(byStart),
    ...(reruns.length > 0 && { reruns }),
    ...(misfiled !== undefined && { misfiled }),
  };
}

/** A later telling, or one with the result that lists leave out. */
function tellsMore(run: TimelineRun, known: TimelineRun): boolean {
  if (run.finishedAtMs !== known.finishedAtMs) return run.finishedAtMs > known.finishedAtMs;
  return run.result !== undefined && known.result === undefined;
}

function mergeReruns(a: readonly HandlerRerun[], b: readonly HandlerRerun[]): readonly HandlerRerun[] {
  const named = [...a, ...b].map(
    (rerun) => [`${rerun.recordedAtMs} ${rerun.afterAttempt} ${rerun.handler}`, rerun] as const,
  );
  return [...new Map(named)]
    .sort(([x, first], [y, second]) => first.recordedAtMs - second.recordedAtMs || plainOrder(x, y))
    .map(([, rerun]) => rerun);
}

function isLater(a: TimelineEntry, b: TimelineEntry): boolean {
  return a.recordedAtMs === b.recordedAtMs ? a.attempt > b.attempt : a.recordedAtMs > b.recordedAtMs;
}

function byStart(a: TimelineRun, b: TimelineRun): number {
  return a.startedAtMs - b.startedAtMs || a.attempt - b.attempt || plainOrder(a.handler, b.handler);
}
