import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { Consumer } from '../../../consumer/consumer.ts';
import type { QueuedMessage, SqliteQueue } from '../queue/sqlite-queue.ts';

export type QueueParts = Consumer & {
  readonly queue: SqliteQueue;
  readonly clock: Pick<Clock, 'nowMs'>;
};

const AT_ONCE = 16;

/** Works off what is due, until nothing is any more: what is tried again later stays. */
export async function settleDue(parts: QueueParts): Promise<void> {
  for (;;) {
    const due = parts.queue.due(parts.clock.nowMs(), new Set(), AT_ONCE);
    if (due.length === 0) return;
    await Promise.all(due.map((queued) => settle(parts, queued)));
  }
}

async function settle({ queue, consume, clock }: QueueParts, { id, message }: QueuedMessage): Promise<void> {
  const consumed = await consume(message);
  switch (consumed.kind) {
    case 'done':
      return queue.done(id);
    case 'retry':
      // A millisecond at least, or time that stands still would come round for ever.
      return queue.retryAt(id, clock.nowMs() + Math.max(consumed.afterMs, 1));
    case 'dead':
      return queue.bury(id, consumed.reason, clock.nowMs());
  }
}
