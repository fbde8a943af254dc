import type { DeliveryEvent, DeliveryNext, Outage } from './delivery-store.ts';
import type { Outcome } from './outcome.ts';

/** Who looks on: logs, metrics, the page of `offhook dev`. Called once an attempt has ended; must not throw. */
export interface DeliveryObserver {
  /** @param event what was sent. Its body belongs in no log and no metric. */
  onAttempt(report: AttemptReport, event: DeliveryEvent): void;
  /** Once when a receiver begins to fail as a whole, and once when it takes something again. */
  onTurn?(turn: ReceiverTurn): void;
}

export type ReceiverTurn = {
  readonly kind: 'failing' | 'recovered';
  readonly subscription: string;
  /** As it is now, or was to its end. */
  readonly outage: Outage;
  /** Of the attempt that made it fail, where clocks that differ may be why: as in {@link AttemptReport}. */
  readonly clockSkewMs?: number;
};

export type AttemptReport = {
  readonly subscription: string;
  readonly sequence: number;
  readonly eventId: string;
  /** CloudEvents type. */
  readonly type: string;
  /** From 1; 0 for an event that was given up without being sent. */
  readonly attempt: number;
  readonly outcome: Outcome['kind'];
  /** What becomes of the delivery; a receiver that is `gone` can have taken its last event. */
  readonly next: DeliveryNext['kind'];
  /** Why, for everything but `delivered`: `http 500`, `dns ENOTFOUND`, `expired`. */
  readonly reason: string | null;
  readonly status: number | null;
  readonly durationMs: number;
  /** From storing the event to starting this attempt. */
  readonly observedToSentMs: number;
  /** Until the next attempt, of this event or another one as the probe; null when there is none. */
  readonly retryInMs: number | null;
  /** The receiver may have refused for clocks that differ: ours is ahead by so much, or behind where negative. */
  readonly clockSkewMs?: number /** The receiver asked for so much silence. */;
  readonly pauseMs?: number;
};
