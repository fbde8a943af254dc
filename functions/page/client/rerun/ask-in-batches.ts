import type { RerunsAnswer } from '../../model/page-api.ts';
import type { OpenFailure } from '../../model/rows/open-failures.ts';
import type { FeedAnswer } from '../feed/requests.ts';

/** The server takes so many at once. */
export const BATCH = 20;
/** How often the same ones are asked for while the server says that it cannot just now. */
const MOST_TRIES = 5;
const LONGEST_PAUSE_MS = 90_000;

/**
 * What became of the wishes.
 *
 * @property refused how many do not run, by the reason.
 * @property unsure how many were asked for without an answer: they may run.
 * @property left those that were not asked for.
 * @property ended why it ended before all were asked for; null when all were, or it was stopped.
 */
export type AskedReruns = {
  readonly queued: readonly OpenFailure[];
  readonly refused: ReadonlyMap<string, number>;
  readonly unsure: number;
  readonly left: readonly OpenFailure[];
  readonly ended: string | null;
};

type AskDeps = {
  post(batch: readonly OpenFailure[]): Promise<FeedAnswer<RerunsAnswer>>;
  /** Resolves after that time, or when it is stopped. */
  pause(ms: number, stop: AbortSignal): Promise<void>;
  /** So many have been asked for. */
  onProgress(done: number): void;
  /** The server takes no more for now; it is asked again after so long. */
  onWait(ms: number, why: string): void;
};

/**
 * Asks for all of these, one batch after the other. What the server takes later is asked for later; where there was no
 * answer it does not ask again, because a handler could run twice.
 *
 * @param stop what is under way then is still waited for.
 */
export async function askInBatches(
  wanted: readonly OpenFailure[],
  { post, pause, onProgress, onWait }: AskDeps,
  stop: AbortSignal,
): Promise<AskedReruns> {
  const queued: OpenFailure[] = [];
  const refused = new Map<string, number>();
  let done = 0;
  let tries = 0;
  const result = (ended: string | null, unsure = 0): AskedReruns => ({
    ...{ queued, refused, unsure, ended },
    left: wanted.slice(done + unsure),
  });
  while (done < wanted.length && !stop.aborted) {
    const batch = wanted.slice(done, done + BATCH);
    const answer = await post(batch);
    if (answer.kind === 'silent') return result('The receiver does not answer.', batch.length);
    if (answer.kind === 'access') return result('Access has ended: open the page with its token again.');
    if (answer.kind === 'refused') {
      tries += 1;
      if (answer.retryMs === null || tries === MOST_TRIES) return result(answer.message);
      const waitMs = Math.min(answer.retryMs, LONGEST_PAUSE_MS);
      onWait(waitMs, answer.message);
      await pause(waitMs, stop);
      continue;
    }
    for (const [index, failure] of batch.entries()) {
      const one = answer.body.results[index];
      if (one?.status === 'queued') queued.push(failure);
      else count(refused, one?.message ?? 'the receiver did not say what became of it');
    }
    tries = 0;
    done += batch.length;
    onProgress(done);
  }
  return result(null);
}

function count(counts: Map<string, number>, why: string): void {
  counts.set(why, (counts.get(why) ?? 0) + 1);
}
