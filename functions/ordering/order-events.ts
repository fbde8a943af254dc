import type { KnownEvent } from './known-event.ts';

/*
 * The order of a container's events, oldest first, as a function of the set of events alone: not of how they came in,
 * nor of which watcher sent them.
 *
 * 1. Runs by when they started. That is the same in every event of a run, whoever saw it. `sequence` is not (each
 *    watcher's journal has its own), and neither is `restartCount` (the end of a run can be learned when its successor
 *    already counts, and the kubelet may start again from zero).
 * 2. Runs that started in the same second: by the lowest restartCount seen with them, then the lowest sequence.
 * 3. Within a run by its lifecycle: postStart, preStop, postStop, postStop.amended.
 * 4. preStart comes before all runs. hookFailed names no run: it belongs to the one that was the newest at its time,
 *    beside its preStop; after its end if that was earlier, because then it is of a run that is not known yet.
 */

/** Position of an event: compared field by field. */
type Position = readonly [run: number, stage: number, time: number, sequence: string, id: string];
type Run = {
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly restartCount: number;
  readonly sequence: string;
};

const BEFORE_ALL_RUNS = -1;
const STAGE = { preStart: 0, postStart: 1, preStop: 2, hookFailed: 2, postStop: 3 } as const;
const AMENDED_STAGE = 4;
const AFTER_END_STAGE = 5;

/** A new list of the events in their order. */
export function orderEvents(events: readonly KnownEvent[]): readonly KnownEvent[] {
  const runs = orderRuns(events);
  return events
    .map((event) => ({ event, position: positionOf(event, runs) }))
    .sort((a, b) => compare(a.position, b.position))
    .map(({ event }) => event);
}

/** Whether the event belongs to the newest run that these events, or it, tell of. */
export function isOfNewestRun(event: KnownEvent, events: readonly KnownEvent[]): boolean {
  const runs = orderRuns([...events, event]);
  return runIndex(event, Date.parse(event.time), runs) === runs.length - 1;
}

function orderRuns(events: readonly KnownEvent[]): readonly Run[] {
  const byRun = Map.groupBy(
    events.filter(({ run }) => run !== null),
    ({ run }) => run,
  );
  return [...byRun]
    .map(([id, ofRun]) => describeRun(id ?? '', ofRun))
    .sort((a, b) =>
      compare([a.startMs, a.restartCount, a.sequence, a.id], [b.startMs, b.restartCount, b.sequence, b.id]),
    );
}

function describeRun(id: string, events: readonly KnownEvent[]): Run {
  const started = events.flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]));
  // A run that never started has its end alone.
  const times = started.length > 0 ? started : events.map(({ time }) => Date.parse(time));
  const ends = events.flatMap(({ hook, time }) => (hook === 'postStop' ? [Date.parse(time)] : []));
  return {
    id,
    startMs: Math.min(...times),
    endMs: Math.min(...ends),
    restartCount: Math.min(...events.map(({ restartCount }) => restartCount)),
    sequence: events.map(({ sequence }) => sequence).reduce((a, b) => (a < b ? a : b)),
  };
}

function positionOf(event: KnownEvent, runs: readonly Run[]): Position {
  const timeMs = Date.parse(event.time);
  const index = runIndex(event, timeMs, runs);
  return [index, stageOf(event, timeMs, runs[index]), timeMs, event.sequence, event.id];
}

function stageOf({ hook, amended }: KnownEvent, timeMs: number, run: Run | undefined): number {
  if (amended) return AMENDED_STAGE;
  // Without a known end, `endMs` is infinite.
  return hook === 'hookFailed' && run !== undefined && timeMs > run.endMs ? AFTER_END_STAGE : STAGE[hook];
}

function runIndex(event: KnownEvent, timeMs: number, runs: readonly Run[]): number {
  if (event.hook === 'preStart') return BEFORE_ALL_RUNS;
  if (event.run !== null) return runs.findIndex(({ id }) => id === event.run);
  return runs.findLastIndex(({ startMs }) => startMs <= timeMs);
}

function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? left;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
