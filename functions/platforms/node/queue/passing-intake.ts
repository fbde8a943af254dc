import type { HandoffMessage } from '../../../ingress/handoff.ts';
import type { Commit } from '../sqlite/group-commit.ts';
import type { NewReceipt } from '../sqlite/receipt-log.ts';
import type { ReceiptTable } from '../sqlite/sqlite-claims.ts';
import type { PassingMessages } from './passing-messages.ts';

type PassingIntakeDeps = {
  readonly receipts: ReceiptTable;
  readonly passing: Pick<PassingMessages, 'store'>;
  readonly commit: Commit;
  /** So many messages are stored. @param id as which, for who removes them. */
  readonly onPassed: (id: number, count: number) => void;
};

/** @returns whether the event was stored before. */
export type PassingIntake = (receipt: NewReceipt, message: HandoffMessage) => Promise<'new' | 'repeated'>;

type Passing = { readonly receipt: NewReceipt; readonly message: HandoffMessage };
type Gathered = { readonly all: Passing[]; bytes: number; readonly added: Promise<ReadonlySet<NewReceipt>> };

/** Of bodies in one row. */
const MOST_BYTES = 1024 * 1024;

/**
 * Takes in what no handler wants: the messages of one turn and their receipts as one piece of work. When that cannot be
 * done, each is tried alone, so that one takes no other with it.
 */
export function createPassingIntake({
  receipts,
  passing,
  commit,
  onPassed,
}: PassingIntakeDeps): PassingIntake {
  let open: Gathered | null = null;

  const storeAll = async (all: readonly Passing[], begin: () => void) => {
    const stored = await commit(() => {
      begin();
      const added = receipts.addAll(all.map(({ receipt }) => receipt));
      const fresh = all.filter(({ receipt }) => added.has(receipt));
      for (const { receipt } of all)
        if (!added.has(receipt)) receipts.repeats(receipt.eventId, receipt.nowMs);
      const id = fresh.length === 0 ? null : passing.store(fresh.map(({ message }) => message));
      return { id, added };
    });
    if (stored.id !== null) onPassed(stored.id, stored.added.size);
    return stored.added;
  };

  const gather = (one: Passing): Gathered => {
    const bytes = one.message.body.byteLength;
    if (open !== null && open.bytes + bytes <= MOST_BYTES) {
      open.all.push(one);
      open.bytes += bytes;
      return open;
    }
    const all = [one];
    const close = () => {
      if (open?.all === all) open = null;
    };
    open = { all, bytes, added: storeAll(all, close).finally(close) };
    return open;
  };

  return async (receipt, message) => {
    const one = { receipt, message };
    const { all, added } = gather(one);
    const alone = (error: unknown) => {
      if (all.length === 1) throw error;
      return storeAll([one], () => {});
    };
    return (await added.catch(alone)).has(receipt) ? 'new' : 'repeated';
  };
}
