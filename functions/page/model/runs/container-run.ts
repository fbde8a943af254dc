import type { EndOutcome } from '../../../timeline/event-facts.ts';
import type { TimelineEntry } from '../../../timeline/timeline.ts';
import type { HandlerStanding } from './handler-standing.ts';

/**
 * How a run stands: an end's outcome; `running` without one; `preparing` when only its preStart is known, so that there
 * is no run yet.
 */
export type RunState = 'preparing' | 'running' | EndOutcome;

/** In the order in which they are offered and explained. */
export const RUN_STATES: readonly RunState[] = [
  'running',
  'completed',
  'error',
  'oomKilled',
  'unknown',
  'preparing',
];

/** An event at its moment, and how its handlers did. */
export type Mark = {
  readonly entry: TimelineEntry;
  readonly atMs: number;
  readonly standing: HandlerStanding;
};

/** A requested end: when, and until when the container may take its time (null where nobody said). */
export type StopRequest = { readonly atMs: number; readonly deadlineMs: number | null };

/**
 * One run of a container, that is, one container ID; all times are milliseconds since the epoch.
 *
 * @property id unique on the page.
 * @property preparedMs when its preparation was first seen (preStart); only on a container's first run.
 * @property fromMs when it started; `fromKnown` is false where that is only the earliest sign of it.
 * @property toMs when it ended, null while it runs; `toKnown` is false where only the next run's start tells of it.
 * @property amended whether its end was told again with better facts; those are the ones shown.
 * @property skippedRuns how many runs before this one's end were never seen.
 * @property marks every event of the run, oldest first.
 * @property problem whether someone should look at it: {@link isProblem} says when.
 */
export type ContainerRun = {
  readonly id: string;
  readonly state: RunState;
  readonly preparedMs: number | null;
  readonly fromMs: number;
  readonly fromKnown: boolean;
  readonly toMs: number | null;
  readonly toKnown: boolean;
  readonly stop: StopRequest | null;
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly reason: string | null;
  readonly restartCount: number;
  readonly skippedRuns: number;
  readonly amended: boolean;
  readonly marks: readonly Mark[];
  readonly standing: HandlerStanding;
  readonly problem: boolean;
};

/** Whether a run needs a look: it ended badly or unseen, a hook or a handler failed, or runs went unseen. */
export function isProblem(run: Omit<ContainerRun, 'problem'>): boolean {
  return (
    run.state === 'error' ||
    run.state === 'oomKilled' ||
    run.state === 'unknown' ||
    run.skippedRuns > 0 ||
    run.standing === 'retrying' ||
    run.standing === 'givenUp' ||
    run.marks.some(({ entry }) => entry.hook === 'hookFailed')
  );
}
