import type { LifecycleEvent } from '../../../../protocol/event/lifecycle-event.ts';
import type { Intake } from '../../../ingress/intake.ts';
import type { ReceiptTable } from '../sqlite/sqlite-claims.ts';
import type { IntakePace } from './intake-pace.ts';
import type { PassingIntake } from './passing-intake.ts';
import type { QueuePump } from './queue-pump.ts';
import type { SqliteQueue } from './sqlite-queue.ts';

type SqliteIntakeDeps = {
  readonly queue: Pick<SqliteQueue, 'enqueueIf' | 'isFull'>;
  readonly receipts: ReceiptTable;
  /** For what no handler wants. @default all are enqueued */
  readonly passing?: { readonly passes: QueuePump['passes']; readonly take: PassingIntake };
  readonly pace: Pick<IntakePace, 'turn'>;
  /** Something was enqueued. @param id of the message. */
  readonly onStored: (event: LifecycleEvent, id: number) => void;
};

/** Message and receipt in one transaction: an event is queued once, whatever happens, and costs one write. */
export function createSqliteIntake({ queue, receipts, passing, pace, onStored }: SqliteIntakeDeps): Intake {
  return {
    take: async ({ key: { eventId }, told, event }, message) => {
      await pace.turn();
      // A full queue takes nothing, and only one by one it is known which of them it has.
      if (passing?.passes(event) && !queue.isFull())
        return passing.take({ eventId, nowMs: message.receivedAtMs, told }, message);
      const isNew = () => {
        // First, because nearly every event is new.
        if (receipts.addReceipt(eventId, message.receivedAtMs, told)) return true;
        receipts.repeats(eventId, message.receivedAtMs);
        return false;
      };
      const id = await queue.enqueueIf(message, isNew, event);
      if (id === null) return 'repeated';
      onStored(event, id);
      return 'new';
    },
  };
}
