import type { Writer } from '../database/writer.ts';
import type { Sweep, SweptEvent } from './sweep.ts';

/** Events that one step looks at, and removes, at most. */
const STEP_EVENTS = 500;
/** What was stored so much later than now was stored under a wrong clock: its age says nothing. */
const CLOCK_FAULT_MS = 24 * 3600 * 1000;

/** What one step removed; `more`: call again soon. */
export type RetentionReport = {
  readonly events: number;
  readonly deadLetters: number;
  readonly more: boolean;
};

type Dependencies = {
  readonly sweep: Sweep;
  readonly writer: Writer;
  /** How long an event is kept after it was stored, and after its last delivery was settled. */
  readonly retentionMs: number;
  /** Told before dead letters are gone for good. */
  readonly onDeadLetters: (count: number) => void;
};

/**
 * Removes old events, a bounded number a call: those stored and settled longer ago than the retention. An event with
 * a pending delivery stays, however old. A round goes through the events in their order and ends where they become
 * young; `more` is false at its end.
 */
export function createRetention(dependencies: Dependencies): (nowMs: number) => RetentionReport {
  const { sweep, writer, retentionMs, onDeadLetters } = dependencies;
  /** Where the last step of the round ended. */
  let after = 0;

  return (nowMs) => {
    const beforeMs = Math.floor(nowMs - retentionMs);
    const looked = sweep.next(after, STEP_EVENTS);
    const old = looked.filter((event) => isOver(event, beforeMs));
    const deadLetters = old.reduce((sum, { dead }) => sum + dead, 0);
    if (deadLetters > 0) onDeadLetters(deadLetters);
    if (old.length > 0) writer.transaction(() => sweep.remove(old));
    const allYoung = looked.every(
      ({ storedAtMs }) => storedAtMs >= beforeMs && storedAtMs < nowMs + CLOCK_FAULT_MS,
    );
    const more = looked.length === STEP_EVENTS && !allYoung;
    after = more ? (looked.at(-1)?.sequence ?? 0) : 0;
    return { events: old.length, deadLetters, more };
  };
}

/** Whether nothing of the event has happened, or can happen, since `beforeMs`. */
export function isOver({ pending, storedAtMs, settledAtMs }: SweptEvent, beforeMs: number): boolean {
  return pending === 0 && storedAtMs < beforeMs && (settledAtMs === null || settledAtMs < beforeMs);
}
