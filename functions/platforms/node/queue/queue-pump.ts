import type { LifecycleEvent } from '../../../../protocol/event/lifecycle-event.ts';
import type { Clock } from '../../../../settings/ambient/clock.ts';
import { waitAtMost } from '../../../../settings/ambient/deadline.ts';
import { describeError } from '../../../../settings/ambient/describe-error.ts';
import type { Log } from '../../../ambient/log.ts';
import type { Consumed, Consumer, Wants } from '../../../consumer/consumer.ts';
import { messageFields } from '../../../ingress/message-fields.ts';
import type { PassingMessages } from './passing-messages.ts';
import type { QueuedMessage, SqliteQueue } from './sqlite-queue.ts';

type PumpDeps = {
  readonly queue: SqliteQueue;
  readonly passing?: Pick<PassingMessages, 'remove'>;
  readonly consumer: Consumer;
  /** @default every event */
  readonly wants?: Wants;
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
  /** Whether nothing is to be done about an event but to store it. */
  passes(event: LifecycleEvent): boolean;
  /** So many messages were stored that no handler wants: has them removed. @param id as which. */
  passed(id: number, count: number): void;
  /** A message was stored of which its event is known: wakes for it, or has it removed at once when no handler wants it. */
  stored(event: LifecycleEvent, id: number): void;
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

/** Messages whose handlers have run and whose commits are to come: what a few turns of the event loop bring. */
const MOST_UNSETTLED = 512;
const BEGINNING = Promise.resolve();
/** Taken from the queue at once, for so many rounds of all slots. */
const ROUNDS = 4;

/** Feeds due messages to the consumer, never more than `concurrency` at once. */
export function createQueuePump(deps: PumpDeps): QueuePump {
  const { queue, clock, concurrency, wants = () => true } = deps;
  const inWork = new Map<number, Promise<void>>();
  const removals = new Set<Promise<void>>();
  let consuming = 0;
  /** Due, and not begun. */
  let ahead: QueuedMessage[] = [];
  /** Nothing is due but what is in work or ahead. */
  let exhausted = false;
  let cancelSleep = () => {};
  let closed = false;

  const wake = () => {
    exhausted = false;
    fill();
  };

  /** With every slot taken, the end of a run looks again. */
  const fill = () => {
    try {
      while (!closed && consuming < concurrency && inWork.size < concurrency + MOST_UNSETTLED) {
        const next = ahead.shift() ?? lookAhead();
        if (next === undefined) return;
        start(next);
      }
    } catch (error) {
      deps.log.error({ cause: describeError(error) }, 'could not read the queue');
      cancelSleep = clock.after(STORE_ERROR_DELAY_MS, wake);
    }
  };

  /** The next message, and with it some that follow: a question for each would cost as much as to store it. */
  const lookAhead = (): QueuedMessage | undefined => {
    if (exhausted) return undefined;
    cancelSleep();
    const nowMs = clock.nowMs();
    const most = ROUNDS * concurrency;
    ahead = [...queue.due(nowMs, new Set(inWork.keys()), most)];
    exhausted = ahead.length < most;
    if (exhausted) sleepUntil(queue.nextDueMs(nowMs));
    return ahead.shift();
  };

  const sleepUntil = (dueMs: number | null) => {
    if (dueMs === null) return;
    cancelSleep = clock.after(Math.min(Math.max(dueMs - clock.nowMs(), 1), MAX_SLEEP_MS), wake);
  };

  const start = (queued: QueuedMessage) => {
    consuming += 1;
    let holdsSlot = true;
    /** The handlers have run. What is left of a message are commits: the next one need not wait for them. */
    const leaveSlot = () => {
      if (!holdsSlot) return;
      holdsSlot = false;
      consuming -= 1;
      fill();
    };
    // Before its handlers begin: whoever they let in looks for what is not in work.
    inWork.set(queued.id, BEGINNING);
    const work = settle(deps, queued, leaveSlot).then((settled) => {
      const release = () => {
        inWork.delete(queued.id);
        deps.onSettled?.();
        // Done is done; anything else comes again.
        if (settled === 'done') fill();
        else wake();
      };
      // A message that could not be settled is held for a while: it is still due, and would spin.
      if (settled !== 'failed' || closed) release();
      else clock.after(STORE_ERROR_DELAY_MS, release);
    });
    inWork.set(queued.id, work);
  };

  /** It was durable when it was acknowledged, and that is all that there is to do. It takes no slot, and no look at the queue. */
  const remove = (id: number) => {
    if (ahead.length > 0) ahead = ahead.filter((queued) => queued.id !== id);
    const removed = queue.done(id).then(
      () => {
        inWork.delete(id);
        deps.onSettled?.();
      },
      (error: unknown) => {
        // It is found in the queue like any other.
        inWork.delete(id);
        deps.log.error({ cause: describeError(error) }, 'could not remove a message that no handler wants');
        cancelSleep = clock.after(STORE_ERROR_DELAY_MS, wake);
      },
    );
    inWork.set(id, removed);
  };

  const passed = (id: number, count: number) => {
    const removed = deps.passing?.remove(id).then(
      () => {
        for (let settled = 0; settled < count; settled += 1) deps.onSettled?.();
      },
      (error: unknown) => {
        deps.log.error({ cause: describeError(error) }, 'could not remove messages that no handler wants');
        // Whatever is removed next takes them along, and so does the next start.
        if (!closed) clock.after(STORE_ERROR_DELAY_MS, () => passed(id, count));
      },
    );
    if (removed === undefined) return;
    removals.add(removed);
    void removed.finally(() => removals.delete(removed));
  };

  return {
    wake,
    passes: (event) => !closed && !wants(event),
    passed,
    stored: (event, id) => {
      if (closed || wants(event)) wake();
      else if (!inWork.has(id)) remove(id);
    },
    close: async (graceMs) => {
      closed = true;
      cancelSleep();
      await waitAtMost(deps.clock, graceMs, Promise.all([...inWork.values(), ...removals]));
      return inWork.size;
    },
  };
}

type Settled = 'done' | 'later' | 'failed';

/** Never throws; `failed` when the queue itself could not be written. */
async function settle(deps: PumpDeps, queued: QueuedMessage, leaveSlot: () => void): Promise<Settled> {
  try {
    const { message, event } = queued;
    const consumed = await deps.consumer.consume(message, { event, onRan: leaveSlot }).finally(leaveSlot);
    await apply(deps, queued, consumed);
    return consumed.kind === 'retry' ? 'later' : 'done';
  } catch (error) {
    const fields = { ...messageFields(queued.message), cause: describeError(error) };
    deps.log.error(fields, 'could not consume a message');
    return postpone(deps, queued);
  }
}

async function apply(
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
      await queue.bury(id, consumed.reason, clock.nowMs());
      // Said when it is so: a disk that refuses it leaves the event in the queue.
      log.error({ ...messageFields(message), reason: consumed.reason }, 'moved an event to the dead letters');
  }
}

async function postpone({ queue, log, clock }: PumpDeps, { id, message }: QueuedMessage): Promise<Settled> {
  try {
    await queue.retryAt(id, clock.nowMs() + STORE_ERROR_DELAY_MS);
    return 'later';
  } catch (error) {
    log.error({ ...messageFields(message), cause: describeError(error) }, 'could not postpone a message');
    return 'failed';
  }
}
