import type { Clock } from '../../../settings/ambient/clock.ts';

/** Lists that are read at the same time: each holds a page of up to 500 raw objects. */
const AT_ONCE = 4;
/** Who has not come to an end then must not hold up the others. */
const LONGEST_TURN_MS = 30_000;

/** Lets those that list take turns, in the order in which they come. */
export interface Turns {
  /**
   * Resolves when it is the caller's turn, or when `signal` aborts.
   *
   * @returns ends the turn; any number of times. After half a minute it ends by itself.
   */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createTurns(clock: Clock): Turns {
  let free = AT_ONCE;
  const waiting = new Set<() => void>();

  function begin(): () => void {
    free -= 1;
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      cancel();
      free += 1;
      const [next] = waiting;
      next?.();
    };
    const cancel = clock.after(LONGEST_TURN_MS, end);
    return end;
  }

  return {
    take(signal) {
      if (signal.aborted) return Promise.resolve(() => {});
      if (free > 0) return Promise.resolve(begin());
      const { promise, resolve } = Promise.withResolvers<() => void>();
      const settle = (turn: () => () => void) => () => {
        waiting.delete(come);
        signal.removeEventListener('abort', give);
        resolve(turn());
      };
      const come = settle(begin);
      const give = settle(() => () => {});
      waiting.add(come);
      signal.addEventListener('abort', give, { once: true });
      return promise;
    },
  };
}
