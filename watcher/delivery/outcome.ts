/** What came of one attempt, as data. `reason` is short and holds nothing secret: `http 500`, `dns ENOTFOUND`. */
export type Outcome = Delivered | Retry | Rejected | Gone;

type Delivered = { readonly kind: 'delivered'; readonly status: number | null };

export type FailureScope = 'receiver' | 'event';

/** To be tried again as the schedule says, but no earlier than `afterMs`. */
type Retry = {
  readonly kind: 'retry';
  /** Whom the failure speaks of: the receiver and the way there, or this event alone. */
  readonly scope: FailureScope;
  readonly status: number | null;
  readonly reason: string;
  readonly afterMs?: number;
  /** The whole subscription is to be silent for this long. */
  readonly pauseMs?: number;
  /** The receiver is overloaded: fewer at the same time. */
  readonly slowDown?: boolean;
  /** The refusal may be due to clocks that differ: ours is ahead by so much, or behind where negative. */
  readonly clockSkewMs?: number;
};

/** This event will never be accepted. */
type Rejected = { readonly kind: 'rejected'; readonly status: number | null; readonly reason: string };

/** The receiver wants nothing more; `accepted`: it took this one. */
export type Gone = {
  readonly kind: 'gone';
  readonly status: number | null;
  readonly reason: string;
  readonly accepted: boolean;
};

/** A failure of the receiver, or of the way there. */
export function retry(reason: string, status: number | null = null): Retry {
  return { kind: 'retry', scope: 'receiver', status, reason };
}
