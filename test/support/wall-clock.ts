import { type Clock, systemClock } from '../../settings/ambient/clock.ts';

/** Real waits, and a wall clock that says what it is told to. Runs in a Worker, too. */
export function createWallClock(nowMs: () => number): Clock {
  return { ...systemClock, nowMs };
}
