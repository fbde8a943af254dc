import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../settings/ambient/clock.ts';

/** Time of the simulated world: it moves only when {@link VirtualClock.run} moves it. */
export interface VirtualClock {
  /** Milliseconds since the world began; true time, which no jump of a wall clock changes. */
  elapsedMs(): number;
  /** True time as milliseconds since 1970: what API server and kubelet write. */
  trueMs(): number;
  after(delayMs: number, callback: () => void): () => void;
  /** Resolves after `ms`. */
  sleep(ms: number): Promise<void>;
  /** Moves the watcher's wall clock away from true time. */
  jumpWall(ms: number): void;
  /** The clocks of one process, which stop when it is dead: its timers then never fire. */
  process(isAlive: () => boolean): Clock;
  /** Runs everything due until `untilMs`, in order, letting promises settle after each callback. */
  run(untilMs: number): Promise<void>;
}

type Timer = { readonly dueMs: number; readonly order: number; readonly run: () => void; cancelled: boolean };

const BEGIN_MS = Date.UTC(2026, 0, 1);

export function createVirtualClock(): VirtualClock {
  const timers = createHeap();
  let elapsed = 0;
  let wallOffset = 0;
  let order = 0;

  function after(delayMs: number, callback: () => void): () => void {
    order += 1;
    const timer = { dueMs: elapsed + Math.max(0, delayMs), order, run: callback, cancelled: false };
    timers.push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  return {
    elapsedMs: () => elapsed,
    trueMs: () => BEGIN_MS + elapsed,
    after,
    sleep: (ms) => new Promise((resolve) => void after(ms, resolve)),
    jumpWall(ms) {
      wallOffset += ms;
    },
    process(isAlive) {
      const startedMs = elapsed;
      return {
        nowMs: () => BEGIN_MS + elapsed + wallOffset,
        monotonicMs: () => elapsed - startedMs,
        after: (delayMs, callback) => after(delayMs, () => isAlive() && callback()),
      };
    },
    async run(untilMs) {
      for (let timer = timers.peek(); timer && timer.dueMs <= untilMs; timer = timers.peek()) {
        timers.pop();
        if (timer.cancelled) continue;
        elapsed = Math.max(elapsed, timer.dueMs);
        timer.run();
        // Promises and streams go on in microtasks and ticks only, all of which end before the next turn.
        await turn();
      }
      elapsed = Math.max(elapsed, untilMs);
    },
  };
}

function createHeap() {
  const heap: Timer[] = [];
  const before = (a: Timer | undefined, b: Timer | undefined): boolean =>
    a !== undefined && (b === undefined || a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order));
  const swap = (i: number, j: number): void => {
    const [a, b] = [heap[i], heap[j]];
    if (a === undefined || b === undefined) return;
    heap[i] = b;
    heap[j] = a;
  };
  return {
    peek: () => heap[0],
    push(timer: Timer) {
      let at = heap.push(timer) - 1;
      for (let up = (at - 1) >> 1; at > 0 && before(heap[at], heap[up]); up = (at - 1) >> 1) {
        swap(at, up);
        at = up;
      }
    },
    pop() {
      swap(0, heap.length - 1);
      heap.pop();
      for (let at = 0; ; ) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        const least = before(heap[right], heap[left]) ? right : left;
        if (!before(heap[least], heap[at])) return;
        swap(at, least);
        at = least;
      }
    },
  };
}
