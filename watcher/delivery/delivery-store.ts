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
  /** The event to send; null when it is no longer stored. */
  load(sequence: number): DeliveryEvent | null;
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
  standing(subscription: string): SubscriptionStanding;
}

export type Ordering = 'none' | 'container';

/** `own`: only what is this replica's matter, whoever leads; everything unless given. */
type OwnOption = { readonly own?: boolean };
type DueOptions = OwnOption & { readonly limit: number; readonly ordering: Ordering };

/** `attempts`: how many have been made. */
export type DueDelivery = { readonly sequence: number; readonly attempts: number };

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
};

export type DeliveryNext =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'dead' };

/** `disabled`: why; null while enabled. `pausedForMs`: how much longer the receiver wants silence, or 0. */
type SubscriptionStanding = { readonly disabled: string | null; readonly pausedForMs: number };
