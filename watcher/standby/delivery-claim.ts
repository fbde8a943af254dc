import type { BatchOrigin } from '../ingest/lifecycle-journal.ts';
import { hasReached } from '../source/api/resource-version.ts';
import type { PendingDelivery, Stream } from './handover-store.ts';

/** A resourceVersion a stream; nothing is said of a stream that is not there. */
export type Positions = ReadonlyMap<Stream, string>;

/**
 * How far the leader has delivered. It says of each subscription in `queues`: whatever follows from a change after
 * `since` and up to `upTo` is settled (delivered, or kept as a dead letter), except the events named in `except`.
 * Nothing is said of any other subscription.
 *
 * Sequence numbers would say nothing to another journal; the cluster's own resourceVersions and the events' ids do.
 * A claim once true stays true, so an old one does no harm.
 */
export type DeliveryClaim = {
  readonly since: Positions;
  readonly upTo: Positions;
  readonly queues: ReadonlyMap<string, QueueClaim>;
};

export type QueueClaim = {
  /** Less than the claim's `upTo`, where more is unsettled than can be named. */
  readonly upTo?: Positions;
  /** {@link eventFingerprint}s of unsettled events. */
  readonly except: ReadonlySet<string>;
};

/** Characters of a fingerprint: 40 bits of the id's hash. Two events that share one cost a duplicate, no loss. */
export const FINGERPRINT_LENGTH = 8;

const PREFIX = 'evt_';

export function eventFingerprint(eventId: string): string {
  return eventId.slice(PREFIX.length, PREFIX.length + FINGERPRINT_LENGTH);
}

/** Whether the leader says that a delivery, which is pending here, is settled. */
export function confirms(
  claim: DeliveryClaim,
  subscription: string,
  { eventId, origin }: Pick<PendingDelivery, 'eventId' | 'origin'>,
): boolean {
  const queue = claim.queues.get(subscription);
  if (queue === undefined || !isKnownToLeader(claim, { origin })) return false;
  return hasSettled(queue.upTo ?? claim.upTo, origin) && !queue.except.has(eventFingerprint(eventId));
}

function hasSettled(upTo: Positions, origin: BatchOrigin | null): boolean {
  const to = origin === null ? undefined : upTo.get(origin.stream);
  return to !== undefined && origin?.upTo != null && hasReached(to, origin.upTo);
}

/**
 * Whether the leader has learned of an event by itself, or will: it has followed all the changes that the event can
 * follow from. Any other one may be in no other journal, and no claim of this leader will ever confirm it.
 */
export function isKnownToLeader(
  { since }: Pick<DeliveryClaim, 'since'>,
  { origin }: Pick<PendingDelivery, 'origin'>,
): boolean {
  const from = origin === null ? undefined : since.get(origin.stream);
  return origin !== null && from !== undefined && hasReached(origin.after, from);
}
