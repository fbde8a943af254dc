import type { DeliveryStore } from '../delivery/delivery-store.ts';
import type { BatchOrigin, LifecycleJournal } from '../ingest/lifecycle-journal.ts';

/** A watched collection, of the cluster or of a namespace. */
export type Stream = BatchOrigin['stream'];

/** A delivery nobody has confirmed. `origin` is null where it is not known. */
export type PendingDelivery = {
  readonly sequence: number;
  readonly eventId: string;
  readonly origin: BatchOrigin | null;
  /** It was found to be this replica's matter: see {@link HandoverStore.setOwn}. */
  readonly own: boolean;
};

/** Where a walk through the pending deliveries goes on. */
export type PendingCursor = { readonly notBeforeMs: number; readonly sequence: number };

/** What handing over between two journals needs of this one, beyond what delivering needs. */
export interface HandoverStore {
  /** The resourceVersion since which a stream has been followed change by change; null when that is not known. */
  followedSince(stream: Stream): string | null;
  /** Begins to follow here. */
  followFrom(stream: Stream, resourceVersion: string): void;
  /** Nobody keeps account of that any more: where it is taken up again, it begins anew. */
  stopFollowing(): void;
  /** The pending deliveries first stored, in that order; null when there are too many to look through. */
  oldestPending(subscription: string, limit: number): readonly PendingDelivery[] | null;
  /**
   * Some pending deliveries after `cursor` (null: from the beginning), and where to go on; null at the end. Those that
   * somebody asked this replica for (a replay) are not among them: no other replica can settle them.
   */
  pendingPage(
    subscription: string,
    cursor: PendingCursor | null,
    limit: number,
  ): { readonly pending: readonly PendingDelivery[]; readonly next: PendingCursor | null };
  /** Whose matter these deliveries are: this replica's, also while another one leads, or the leader's. */
  setOwn(subscription: string, sequences: readonly number[], own: boolean): void;
  /** Whether an undelivered event is this replica's matter, also while another one leads. */
  isOwn(sequence: number): boolean;
  /** A list of Pods is complete: what was learned from its parts follows from changes up to here. */
  listedUpTo(stream: Stream, resourceVersion: string): void;
  /** Removes origins of events that are gone, a bounded number a call. */
  forgetOrigins(): void;
}

/** The journal as the standby sees it. */
export type StandbyJournal = HandoverStore &
  Pick<LifecycleJournal, 'resumePoint'> &
  Pick<DeliveryStore, 'recordOutcomes'>;
