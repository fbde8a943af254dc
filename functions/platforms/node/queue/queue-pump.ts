import type { Clock } from '../../../../settings/ambient/clock.ts';
import { waitAtMost } from '../../../../settings/ambient/deadline.ts';
import { describeError } from '../../../../settings/ambient/describe-error.ts';
import type { Log } from '../../../ambient/log.ts';
import type { Consumed, Consumer } from '../../../consumer/consumer.ts';
import { messageFields } from '../../../ingress/message-fields.ts';
import type { QueuedMessage, SqliteQueue } from './sqlite-queue.ts';

type PumpDeps = {
  readonly queue: SqliteQueue;
  readonly consumer: Consumer;
  readonly log: Log;
  readonly clock: Clock;
  /** Messages worked on at the same time. */
  readonly concurrency: number;
  /** Told when a message has left its slot. */
  readonly onSettled?: () => void;
};

export type QueuePump = {
  /** Looks for due messages now; call it after every enqueue. */
  wake(): void;
  /**
   * Takes no more messages and waits for those in work, at most `graceMs`; the rest runs after the next start.
   *
   * @returns how many are in work still.
   */
  close(graceMs: number): Promise<number>;
};

/** Wait after an error of the store itself. */
const STORE_ERROR_DELAY_MS = 10_000;
/** Timers cannot wait longer than 2^31 ms; an hour keeps clock changes harmless as well. */
const MAX_SLEEP_MS = 3_600_000;

/** Feeds due messages to the consumer, never more than `concurrency` at once. */
export function createQueuePump(deps: PumpDeps): QueuePump {
  const inWork = new Map<number, Promise<void>>();
  let cancelSleep = () => {};
  let closed = false;

  const wake = () => {
    // With every slot taken, the end of a run looks again.
    if (closed || inWork.size >= deps.concurrency) return;
    cancelSleep();
    try {
      const taken = new Set(inWork.keys());
      for (const queued of deps.queue.due(deps.clock.nowMs(), taken, deps.concurrency - inWork.size))
        start(queued);
      sleep();
    } catch (error) {
      deps.log.error({ cause: describeError(error) }, 'could not read the queue');
      cancelSleep = deps.clock.after(STORE_ERROR_DELAY_MS, wake);
    }
  };

  const start = (queued: QueuedMessage) => {
    const work = settle(deps, queued).then((settled) => {
      const release = () => {
        inWork.delete(queued.id);
        deps.onSettled?.();
        wake();
      };
      // A message that could not be settled keeps its slot for a while: it is still due, and would spin.
      if (settled || closed) release();
      else deps.clock.after(STORE_ERROR_DELAY_MS, release);
    });
    inWork.set(queued.id, work);
  };

  /** With every slot taken, the end of a run wakes the pump instead. */
  const sleep = () => {
    if (inWork.size >= deps.concurrency) return;
    const dueMs = deps.queue.nextDueMs(new Set(inWork.keys()));
    if (dueMs === null) return;
    cancelSleep = deps.clock.after(Math.min(Math.max(dueMs - deps.clock.nowMs(), 1), MAX_SLEEP_MS), wake);
  };

  return {
    wake,
    close: async (graceMs) => {
      closed = true;
      cancelSleep();
      await waitAtMost(deps.clock, graceMs, Promise.all(inWork.values()));
      return inWork.size;
    },
  };
}

/** Never throws; false when the queue itself could not be written. */
async function settle(deps: PumpDeps, queued: QueuedMessage): Promise<boolean> {
  try {
    await apply(deps, queued, await deps.consumer.consume(queued.message));
    return true;
  } catch (error) {
    const fields = { ...messageFields(queued.message), cause: describeError(error) };
    deps.log.error(fields, 'could not consume a message');
    return postpone(deps, queued);
  }
}

function apply(
  { queue, log, clock }: PumpDeps,
  { id, message }: QueuedMessage,
  consumed: Consumed,
): Promise<void> {
  switch (consumed.kind) {
    case 'done':
      return queue.done(id);
    case 'retry':
      return queue.retryAt(id, clock.nowMs() + consumed.afterMs);
    case 'dead':
      log.error({ ...messageFields(message), reason: consumed.reason }, 'moved an event to the dead letters');
      return queue.bury(id, consumed.reason, clock.nowMs());
  }
}

async function postpone({ queue, log, clock }: PumpDeps, { id, message }: QueuedMessage): Promise<boolean> {
  try {
    await queue.retryAt(id, clock.nowMs() + STORE_ERROR_DELAY_MS);
    return true;
  } catch (error) {
    log.error({ ...messageFields(message), cause: describeError(error) }, 'could not postpone a message');
    return false;
  }
}
