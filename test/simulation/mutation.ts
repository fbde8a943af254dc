import type { DeliveryStore } from '../../watcher/delivery/delivery-store.ts';
import type { EventSender } from '../../watcher/delivery/event-sender.ts';
import type { SubscriptionTarget } from '../../watcher/delivery/subscription-target.ts';
import type { LifecycleJournal } from '../../watcher/ingest/lifecycle-journal.ts';
import type { ClusterAccess } from '../../watcher/source/cluster/cluster-access.ts';
import type { BatchSink } from '../../watcher/source/sink/source-batch.ts';
import type { ValidatorName } from './validators/violation.ts';

/**
 * A mistake somebody could make in the product, put in between its parts. Each function is called anew for every
 * process, so what it keeps is what a process keeps in memory.
 */
export type Mutation = {
  readonly name: string;
  /** The mistake, in one sentence. */
  readonly mistake: string;
  /** One of these must notice. */
  readonly caughtBy: readonly ValidatorName[];
  readonly cluster?: (cluster: ClusterAccess) => ClusterAccess;
  readonly journal?: (journal: LifecycleJournal) => LifecycleJournal;
  readonly sink?: (sink: BatchSink) => BatchSink;
  readonly store?: (store: DeliveryStore) => DeliveryStore;
  readonly sender?: (sender: EventSender, store: DeliveryStore, subscription: string) => EventSender;
  readonly target?: (target: SubscriptionTarget) => SubscriptionTarget;
  /** Before the journal in `directory` is opened. */
  readonly beforeOpen?: (directory: string) => void;
};
