import type { Clock } from '../../../infra/local/ambient/clock.ts';

const EPOCH_MS = Date.parse('2026-11-22T14:00:00Z');

/** A clock that stands still until it is told to go on; between two timers everything pending gets to run. */
export function createVirtualClock(): Clock & {
  advanceTo(ms: number): Promise<void>;
  pendingTimers(): number;
} {
  let nowMs = 0;
  let order = 0;
  const timers = new Map<number, { atMs: number; callback: () => void }>();

  function nextDue(limitMs: number) {
    let first: [number, { atMs: number; callback: () => void }] | undefined;
    for (const entry of timers) {
      if (entry[1].atMs <= limitMs && (!first || entry[1].atMs < first[1].atMs)) first = entry;
    }
    return first;
  }

  return {
    nowMs: () => EPOCH_MS + nowMs,
    after(delayMs, callback) {
      order += 1;
      const id = order;
      timers.set(id, { atMs: nowMs + Math.max(0, delayMs), callback });
      return () => timers.delete(id);
    },
    /** Runs every timer up to `ms` after the clock's start, in order. */
    async advanceTo(ms) {
      for (let due = nextDue(ms); due; due = nextDue(ms)) {
        timers.delete(due[0]);
        nowMs = due[1].atMs;
        due[1].callback();
        await new Promise(setImmediate);
      }
      nowMs = Math.max(nowMs, ms);
    },
    pendingTimers: () => timers.size,
  };
}
