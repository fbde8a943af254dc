/**
 * What delivering needs of the journal, which is the queue. Waits are durations, not moments: the store alone knows
 * by which clock they end.
 */
export interface DeliveryStore {
  /**
   * Deliveries whose time has come, the longest due first. With `ordering: 'container'` only the earliest undelivered
   * event of each partition is among them. Those handed out before and not yet recorded are among them again.
   */
  due(subscription: string, options: DueOptions): readonly DueDelivery[];
  /**
   * Milliseconds until a delivery becomes due that was not when {@link due} last looked; null when nothing waits for a
   * time. What became due in between counts: nobody would come back for it.
   */
  nextDueInMs(subscription: string, options?: OwnOption): number | null;
  /** The events to send, by their sequence numbers, without those that are no longer stored. */
  load(sequences: readonly number[]): ReadonlyMap<number, DeliveryEvent>;
  /**
   * Stores what came of attempts, all in one transaction.
   *
   * @throws when nothing could be stored; the same records can be tried again.
   */
  recordOutcomes(records: readonly DeliveryRecord[]): void;
  /**
   * Ends a subscription for good: everything pending becomes a dead letter, and nothing is queued until somebody
   * enables it again (`offhook journal enable`).
   *
   * @returns how many became dead letters.
   */
  disable(subscription: string, why: string): number;
  /** Makes everything pending a dead letter; the subscription is not ended. Returns how many. */
  giveUp(subscription: string, why: string): number;
  standing(subscription: string): SubscriptionStanding;
  /** How many deliveries of a subscription are pending. */
  waiting(subscription: string): number;
  /** The pending deliveries of a subscription whose events were stored first, in that order. */
  oldestWaiting(subscription: string, limit: number): readonly DueDelivery[];
}

export type Ordering = 'none' | 'container';

/** `own`: only what is this replica's matter, whoever leads; everything unless given. */
type OwnOption = { readonly own?: boolean };
type DueOptions = OwnOption & { readonly limit: number; readonly ordering: Ordering };

export type DueDelivery = {
  readonly sequence: number;
  /** How many have been made. */
  readonly attempts: number;
  /** How many of them failed by the event's own fault, as far as that could be told: they decide its own timer. */
  readonly ownFailures: number;
  /** Milliseconds since somebody queued it again; null when it waits since its event was stored. */
  readonly requeuedAgoMs: number | null;
};

export type DeliveryEvent = {
  readonly sequence: number;
  readonly eventId: string;
  /** CloudEvents type. */
  readonly type: string;
  readonly partitionKey: string;
  readonly timeMs: number;
  /** Wall time; null for what never expires. */
  readonly expiresAtMs: number | null;
  /** Milliseconds since the event was stored. */
  readonly ageMs: number;
  /** The stored bytes, the same on every attempt. */
  readonly body: Uint8Array;
};

export type DeliveryRecord = {
  readonly subscription: string;
  readonly sequence: number;
  /** Counts from 1; 0 when the event was given up without an attempt. */
  readonly attempt: number;
  /** Wall time of the attempt. */
  readonly atMs: number;
  readonly durationMs: number;
  readonly status: number | null;
  /** Short and free of secrets, such as `http 500`; of a dead letter it is the reason kept. */
  readonly outcome: string;
  readonly next: DeliveryNext;
  /** The receiver asked for this much silence. */
  readonly pauseMs?: number;
  /** See {@link DueDelivery}; left out: as before. */
  readonly ownFailures?: number;
  /** The receiver fails as a whole, or (null) does so no longer; left out: as before. */
  readonly outage?: Outage | null;
};

/** A receiver that takes nothing of its subscription. */
export type Outage = {
  /** Since its first failure, in milliseconds in which somebody tried. */
  readonly forMs: number;
  /** Failed rounds: the first failure, then each probe. They decide how long to wait for the next one. */
  readonly rounds: number;
  /** Failed attempts in all. */
  readonly failures: number;
  readonly nextInMs: number;
  /** Of the last failure: `http 503`. */
  readonly reason: string;
};

export type DeliveryNext =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'dead' };

type SubscriptionStanding = {
  /** Why; null while enabled. */
  readonly disabled: string | null;
  /** How much longer the receiver wants silence, or 0. */
  readonly pausedForMs: number;
  /** Found by an earlier run; null when its receiver took what it got last. */
  readonly outage: Outage | null;
};
