import type { Clock } from '../../settings/ambient/clock.ts';
import type { DeliveryRecord } from '../delivery/delivery-store.ts';
import { type BatchOrigin, type JournalledEvent, originOfEvent } from '../ingest/lifecycle-journal.ts';
import type { SubscriptionBook } from '../subscriptions/book.ts';
import { confirms, type DeliveryClaim, isKnownToLeader } from './delivery-claim.ts';
import type { PendingCursor, PendingDelivery, StandbyJournal } from './handover-store.ts';

/** Deliveries looked at in one go: a transaction each, short enough that the watch does not wait. */
const PAGE = 500;

interface Confirmer {
  /**
   * Looks at some of what is pending; the next call goes on where this one ended.
   *
   * @returns how many deliveries were found to be this replica's matter, which they had not been.
   */
  some(claim: DeliveryClaim): number;
  /** Looks at everything that is pending. */
  all(claim: DeliveryClaim): void;
  /** Looks at what has just been stored: all of it comes from `origin`. */
  stored(claim: DeliveryClaim, events: readonly JournalledEvent[], origin: BatchOrigin | null): void;
}

/**
 * Settles here what the leader says it has settled, so that it is neither delivered again nor kept for ever; and finds
 * what the leader cannot know of, so that it does not wait for ever either.
 */
export function createConfirmer(
  journal: Pick<StandbyJournal, 'pendingPage' | 'recordOutcomes' | 'setOwn'>,
  book: Pick<SubscriptionBook, 'names'>,
  clock: Clock,
): Confirmer {
  const cursors = new Map<string, PendingCursor | null>();

  function page(
    claim: DeliveryClaim,
    subscription: string,
    cursor: PendingCursor | null,
  ): { readonly next: PendingCursor | null; readonly taken: number } {
    const { pending, next } = journal.pendingPage(subscription, cursor, PAGE);
    const settled = pending.filter((delivery) => confirms(claim, subscription, delivery));
    settle(settled.map(({ sequence }) => settledElsewhere(subscription, sequence, clock.nowMs())));
    const known = (delivery: PendingDelivery) => isKnownToLeader(claim, delivery);
    const taken = pending.filter((delivery) => !delivery.own && !known(delivery));
    own(subscription, taken, true);
    own(
      subscription,
      pending.filter((delivery) => delivery.own && known(delivery)),
      false,
    );
    return { next, taken: taken.length };
  }

  function own(subscription: string, deliveries: readonly PendingDelivery[], isOwn: boolean): void {
    const sequences = deliveries.map(({ sequence }) => sequence);
    if (sequences.length > 0) journal.setOwn(subscription, sequences, isOwn);
  }

  function settle(records: readonly DeliveryRecord[]): void {
    if (records.length > 0) journal.recordOutcomes(records);
  }

  return {
    some(claim) {
      const names = new Set(book.names());
      for (const name of cursors.keys()) if (!names.has(name)) cursors.delete(name);
      let sum = 0;
      for (const name of names) {
        const { next, taken } = page(claim, name, cursors.get(name) ?? null);
        cursors.set(name, next);
        sum += taken;
      }
      return sum;
    },
    all(claim) {
      for (const name of book.names()) {
        let cursor = page(claim, name, null).next;
        while (cursor !== null) cursor = page(claim, name, cursor).next;
        cursors.set(name, null);
      }
    },
    stored(claim, events, origin) {
      settle(
        events.flatMap(({ event, sequence }) =>
          event.subscriptions
            .filter((name) =>
              confirms(claim, name, { eventId: event.id, origin: origin && originOfEvent(origin, event) }),
            )
            .map((name) => settledElsewhere(name, sequence, clock.nowMs())),
        ),
      );
    },
  };
}

function settledElsewhere(subscription: string, sequence: number, atMs: number): DeliveryRecord {
  const outcome = 'settled by the leader';
  const next = { kind: 'delivered' } as const;
  return { subscription, sequence, attempt: 0, atMs, durationMs: 0, status: null, outcome, next };
}
