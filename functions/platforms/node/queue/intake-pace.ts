import type { Clock } from '../../../../settings/ambient/clock.ts';

type IntakePaceDeps = {
  /** Events that are stored and whose handlers have not run once. */
  readonly unhandled: () => number;
  /** Events handled at the same time. */
  readonly concurrency: number;
  readonly clock: Clock;
};

export type IntakePace = {
  /** Resolves when the next event may be taken in: at once, or when handlers have caught up, after half a second at most. */
  turn(): Promise<void>;
  /** Handlers have ended with an event. */
  settled(): void;
};

/** So long an acknowledgement is held back at most: a handler that waits for something slow must not close the door. */
const LONGEST_WAIT_MS = 500;
const SECOND_MS = 1_000;
/** Before anything is known of the handlers' speed, and when they are slow: some rounds for each slot. */
const ROUNDS = 4;

/**
 * Keeps what is taken in within what is handled. Up to half as many events may wait for their handlers as were handled in
 * the last second; beyond that, one is taken in for every one that is done, in the order in which they came. So the
 * receiver's turns are divided fairly, and an event waits for about a second at most, however many deliveries come in.
 * Senders notice slower acknowledgements, and send no faster.
 *
 * Handlers that are slow by themselves are another matter: slowing deliveries down would not help them. An
 * acknowledgement waits for half a second at most, and the queue takes what comes until it is full.
 */
export function createIntakePace({ unhandled, concurrency, clock }: IntakePaceDeps): IntakePace {
  const waiting = new Set<() => void>();
  let admitted = 0;
  const speed = createSpeed(clock);

  const hasRoom = () => unhandled() + admitted < Math.max(ROUNDS * concurrency, speed.lastSecond() / 2);

  /** What was let in is not stored before the end of the turn, at the earliest. */
  const letIn = () => {
    if (admitted === 0) {
      setImmediate(() => {
        admitted = 0;
      });
    }
    admitted += 1;
  };

  return {
    turn: () =>
      new Promise((resolve) => {
        const go = () => {
          cancel();
          waiting.delete(go);
          letIn();
          resolve();
        };
        let cancel = () => {};
        if (waiting.size === 0 && hasRoom()) {
          go();
          return;
        }
        cancel = clock.after(LONGEST_WAIT_MS, go);
        waiting.add(go);
      }),
    settled: () => {
      speed.count();
      for (const next of waiting) {
        if (!hasRoom()) break;
        next();
      }
    },
  };
}

/** How much was done in the last second, from the counts of this one and the one before. */
function createSpeed(clock: Clock) {
  let second = Math.floor(clock.nowMs() / SECOND_MS);
  let [current, before] = [0, 0];
  const move = () => {
    const at = Math.floor(clock.nowMs() / SECOND_MS);
    if (at === second) return;
    before = at === second + 1 ? current : 0;
    current = 0;
    second = at;
  };
  return {
    count: () => {
      move();
      current += 1;
    },
    lastSecond: () => {
      move();
      return current + before * (1 - (clock.nowMs() % SECOND_MS) / SECOND_MS);
    },
  };
}
