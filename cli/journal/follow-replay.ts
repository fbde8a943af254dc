import type { Clock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import type { DeliveryName, Replay } from '../../watcher/journal/operations/replay-deliveries.ts';
import type { Progress } from '../terminal/progress.ts';

const POLL_MS = 200;

/** What became of the replayed deliveries so far; `removed`: no longer stored. */
type ReplayOutcome = {
  readonly delivered: number;
  readonly dead: number;
  readonly removed: number;
  readonly pending: number;
};

/** Looks on until the watcher has delivered what was replayed, or given it up, or `deadlineMs` has passed. */
export async function followReplay(
  deliveries: readonly DeliveryName[],
  options: {
    readonly replay: Pick<Replay, 'stateOf'>;
    readonly progress: Progress;
    readonly clock: Clock;
    readonly deadlineMs: number;
    readonly stop: AbortSignal;
  },
): Promise<ReplayOutcome> {
  const { replay, progress, clock, deadlineMs, stop } = options;
  const giveUpAt = clock.monotonicMs() + deadlineMs;
  const settled = { delivered: 0, dead: 0, removed: 0 };
  let waiting = deliveries;

  for (;;) {
    waiting = waiting.filter((delivery) => {
      const state = replay.stateOf(delivery);
      if (state === 'pending') return true;
      settled[state ?? 'removed'] += 1;
      return false;
    });
    const { delivered, dead } = settled;
    progress.show(deliveries.length - waiting.length, deliveries.length, details(delivered, dead));
    if (waiting.length === 0 || stop.aborted || clock.monotonicMs() >= giveUpAt) break;
    await delay(clock, POLL_MS, stop);
  }
  progress.end();
  return { ...settled, pending: waiting.length };
}

function details(delivered: number, dead: number): string {
  return dead === 0 ? '' : `${delivered} delivered, ${dead} given up again`;
}
