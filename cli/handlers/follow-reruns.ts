import type { FailureFilter, HandlerFailure } from '../../functions/timeline/handler-failures.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import type { Progress } from '../terminal/progress.ts';
import { collectFailures } from './collect-failures.ts';
import type { FailureSource } from './failure-source.ts';

/** How the handlers that were asked for have ended so far. */
type RerunOutcome = { readonly completed: number; readonly gaveUp: number; readonly pending: number };

const FIRST_POLL_MS = 500;
/** Each look reads all of them. */
const LONGEST_POLL_MS = 5_000;
/** A run began at most so long before it ended. */
const LONGEST_RUN_MS = 600_000;

/** Looks on until all of these have ended, or `deadlineMs` has passed. */
export async function followReruns(
  asked: readonly HandlerFailure[],
  options: {
    readonly source: FailureSource;
    readonly filter: FailureFilter;
    readonly progress: Progress;
    readonly clock: Clock;
    readonly deadlineMs: number;
    readonly stop: AbortSignal;
  },
): Promise<RerunOutcome> {
  const { source, progress, clock, deadlineMs, stop } = options;
  const giveUpAtMs = clock.monotonicMs() + deadlineMs;
  const filter = filterOf(options.filter, asked);
  for (let pauseMs = FIRST_POLL_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_POLL_MS)) {
    const outcome = outcomeOf(asked, (await collectFailures(source, filter, { limit: Infinity })).failures);
    const { completed, gaveUp, pending } = outcome;
    const details = gaveUp === 0 ? '' : `${completed} completed, ${gaveUp} gave up again`;
    progress.show(asked.length - pending, asked.length, details);
    const leftMs = giveUpAtMs - clock.monotonicMs();
    if (pending === 0 || stop.aborted || leftMs <= 0) {
      progress.end();
      return outcome;
    }
    await delay(clock, Math.min(pauseMs, leftMs), stop);
  }
}

/** What gives up again does so later than before: no end, and no earlier beginning than is needed. */
function filterOf({ toMs: _, ...filter }: FailureFilter, asked: readonly HandlerFailure[]): FailureFilter {
  const earliestMs = Math.max(0, Math.min(...asked.map(({ gaveUpAtMs }) => gaveUpAtMs)) - LONGEST_RUN_MS);
  return { ...filter, open: false, fromMs: Math.max(filter.fromMs ?? 0, earliestMs) };
}

function outcomeOf(asked: readonly HandlerFailure[], now: readonly HandlerFailure[]): RerunOutcome {
  const byName = new Map(now.map((failure) => [nameOf(failure), failure]));
  const ends = asked.map((before) => {
    const after = byName.get(nameOf(before));
    if (after?.standing === 'succeeded') return 'completed';
    return after !== undefined && after.attempt > before.attempt && after.standing === 'gaveUp'
      ? 'gaveUp'
      : 'pending';
  });
  const count = (end: (typeof ends)[number]) => ends.filter((one) => one === end).length;
  return { completed: count('completed'), gaveUp: count('gaveUp'), pending: count('pending') };
}

function nameOf({ eventId, handler }: HandlerFailure): string {
  return `${eventId}/${handler}`;
}
