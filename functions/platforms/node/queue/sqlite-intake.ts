import type { Intake } from '../../../ingress/intake.ts';
import type { ReceiptTable } from '../sqlite/sqlite-claims.ts';
import type { IntakePace } from './intake-pace.ts';
import type { SqliteQueue } from './sqlite-queue.ts';

type SqliteIntakeDeps = {
  readonly queue: Pick<SqliteQueue, 'enqueueIf'>;
  readonly receipts: ReceiptTable;
  readonly pace: Pick<IntakePace, 'turn'>;
  /** Something was enqueued. */
  readonly onStored: () => void;
};

/** Message and receipt in one transaction: an event is queued once, whatever happens, and costs one write. */
export function createSqliteIntake({ queue, receipts, pace, onStored }: SqliteIntakeDeps): Intake {
  return {
    take: async ({ key: { eventId }, told, event }, message) => {
      await pace.turn();
      const isNew = () => {
        if (receipts.repeats(eventId, message.receivedAtMs)) return false;
        receipts.addReceipt(eventId, message.receivedAtMs, told);
        return true;
      };
      if (!(await queue.enqueueIf(message, isNew, event))) return 'repeated';
      onStored();
      return 'new';
    },
  };
}
