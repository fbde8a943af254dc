import type { HandlerFailure } from '../../functions/timeline/handler-failures.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import type { Progress } from '../terminal/progress.ts';
import type { FailureSource } from './failure-source.ts';

/** What became of the wishes; `refused` by the reason. */
type AskedReruns = {
  readonly queued: readonly HandlerFailure[];
  readonly waiting: number;
  readonly refused: Readonly<Record<string, number>>;
};

/** Asks for all of these, the oldest first, so many a second. */
export async function askReruns(
  wanted: readonly HandlerFailure[],
  options: {
    readonly source: FailureSource;
    readonly rate: number;
    readonly progress: Progress;
    readonly clock: Clock;
    readonly stop: AbortSignal;
  },
): Promise<AskedReruns> {
  const { source, rate, progress, clock, stop } = options;
  const queued: HandlerFailure[] = [];
  const refused: Record<string, number> = {};
  let waiting = 0;
  const oldestFirst = wanted.toReversed();
  for (let start = 0; start < oldestFirst.length; start += rate) {
    stop.throwIfAborted();
    const beganMs = clock.monotonicMs();
    const batch = oldestFirst.slice(start, start + rate);
    const answers = await source.rerun(batch.map(({ eventId, handler }) => ({ eventId, handler })));
    for (const [index, failure] of batch.entries()) {
      const answer = answers[index] ?? { kind: 'waiting' };
      if (answer.kind === 'queued') queued.push(failure);
      else if (answer.kind === 'waiting') waiting += 1;
      else refused[answer.why] = (refused[answer.why] ?? 0) + 1;
    }
    progress.show(start + batch.length, oldestFirst.length);
    const isLast = start + rate >= oldestFirst.length;
    if (!isLast) await delay(clock, Math.max(0, beganMs + 1_000 - clock.monotonicMs()), stop);
  }
  progress.end();
  return { queued, waiting, refused };
}
