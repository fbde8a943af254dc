import type { Clock } from '../../settings/ambient/clock.ts';
import { withDeadline } from '../../settings/ambient/deadline.ts';
import type { DraftRecord } from './append-group.ts';

type GroupedAppendsDeps = {
  readonly appendGroup: (stream: string, group: readonly DraftRecord[], signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  /** How many the store takes at once. */
  readonly groupRecords?: number;
};

type Waiting = DraftRecord & { readonly resolve: () => void; readonly reject: (reason: unknown) => void };

/** What every store takes at once. */
const GROUP_RECORDS = 25;
/** Callers that wait, over all streams: some seconds of a busy receiver. */
const MOST_WAITING = 2_000;
/** For one group with all its tries: a handler gets 30 s by default. */
const GROUP_DEADLINE_MS = 20_000;
const DEADLINE = {
  ms: GROUP_DEADLINE_MS,
  overdue: () => new Error(`its store did not answer within ${GROUP_DEADLINE_MS} ms`),
};

/**
 * Collects what is appended to a stream while an earlier append is under way, so that one process never competes with
 * itself and a busy one pays for its round trips, or its commits to disk, by the group.
 *
 * @returns resolves once the record is in its chain; rejects, with everyone who waits behind it, when the store cannot
 *   be reached or does not answer in time. Whoever is told so may append the same record again.
 */
export function createGroupedAppends(deps: GroupedAppendsDeps) {
  const { groupRecords = GROUP_RECORDS } = deps;
  const queues = new Map<string, Waiting[]>();
  let waiting = 0;

  return function append(stream: string, record: DraftRecord): Promise<void> {
    if (waiting >= MOST_WAITING) {
      const limit = `${MOST_WAITING} records wait already`;
      return Promise.reject(new Error(`the audit trail cannot keep up: ${limit}; try again later`));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const queue = queues.get(stream);
    waiting += 1;
    if (queue === undefined) void drain(stream, [{ ...record, resolve, reject }]);
    else queue.push({ ...record, resolve, reject });
    return promise;
  };

  /** Never rejects. A group leaves its queue when it is settled, so that a failure finds everyone there. */
  async function drain(stream: string, queue: Waiting[]): Promise<void> {
    queues.set(stream, queue);
    try {
      while (queue.length > 0) {
        // Whoever is called in the same turn comes along.
        await Promise.resolve();
        const group = queue.slice(0, groupRecords);
        await withDeadline(deps.clock, DEADLINE, (signal) => deps.appendGroup(stream, group, signal));
        for (const { resolve } of leave(queue, group.length)) resolve();
      }
    } catch (cause) {
      const error = new Error('the audit trail could not be written', { cause });
      for (const { reject } of leave(queue, queue.length)) reject(error);
    } finally {
      queues.delete(stream);
    }
  }

  function leave(queue: Waiting[], count: number): readonly Waiting[] {
    waiting -= count;
    return queue.splice(0, count);
  }
}
