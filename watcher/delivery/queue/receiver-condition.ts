import type { Outage } from '../delivery-store.ts';

/** So many different events in a row must fail before new ones are held back, too: one alone may be to blame itself. */
const WITNESSES = 5;

/**
 * What the attempts of one subscription say of its receiver. Times are monotonic milliseconds.
 *
 * | condition | what goes out | ends with |
 * |---|---|---|
 * | `up` | everything, up to the concurrency | a failure |
 * | `failing` | one retry at a time (the probe), at `probeAtMs`; also events that were never tried, until {@link isClosed} | an answer |
 * | `recovering` | `window` at a time, one more with each success | as many as the concurrency, or failures |
 *
 * A failure amid successes makes it `failing` for a moment only: the next success makes it `up`, as if nothing had been.
 */
export type ReceiverCondition = Up | Failing | Recovering;

type Up = { readonly kind: 'up' };

export type Failing = {
  readonly kind: 'failing';
  /** When the first failure was known. */
  readonly sinceMs: number;
  /** The first failure, and each failed probe. */
  readonly rounds: number;
  /** Failed attempts in all. */
  readonly failures: number;
  /** Sequence numbers of events that failed. */
  readonly witnesses: ReadonlySet<number>;
  /** No other witness is needed: the receiver said so of itself, or failed while it recovered or in an earlier run. */
  readonly isCertain: boolean;
  readonly probeAtMs: number;
  /** Of the latest failure. */
  readonly reason: string;
};

type Recovering = {
  readonly kind: 'recovering';
  readonly sinceMs: number;
  readonly window: number;
  /** Failures since the last success. */
  readonly failedInRow: number;
};

export const UP: Up = { kind: 'up' };

/** A failure that may speak of the receiver. */
type ReceiverFailure = {
  readonly sequence: number;
  /** When the attempt began. */
  readonly startedMs: number;
  /** Whether it was the probe. */
  readonly isProbe: boolean;
  /** The receiver, or a gateway before it, asked for silence. */
  readonly isCertain: boolean;
  readonly reason: string;
};

/** Whether the receiver is known to fail as a whole; before that one event may have failed by itself. */
export function isConfirmed(failing: Failing): boolean {
  return failing.rounds > 1 || isClosed(failing);
}

/** Whether events that were never tried wait, too. */
export function isClosed({ isCertain, witnesses }: Failing): boolean {
  return isCertain || witnesses.size >= WITNESSES;
}

/**
 * @param nowMs when the failure was known.
 * @param delayMs how long to wait for a probe after so many failed rounds.
 */
export function afterFailure(
  before: ReceiverCondition,
  failure: ReceiverFailure,
  nowMs: number,
  delayMs: (rounds: number) => number,
): ReceiverCondition {
  switch (before.kind) {
    case 'up':
      return firstFailure(failure, nowMs, delayMs(1));
    case 'failing':
      return anotherFailure(before, failure, nowMs, delayMs);
    case 'recovering':
      return relapse(before, failure, nowMs, delayMs);
  }
}

function firstFailure(failure: ReceiverFailure, nowMs: number, waitMs: number): Failing {
  const { sequence, isCertain, reason } = failure;
  const witnesses = new Set([sequence]);
  const common = { kind: 'failing', sinceMs: nowMs, rounds: 1, failures: 1 } as const;
  return { ...common, witnesses, isCertain, probeAtMs: nowMs + waitMs, reason };
}

function anotherFailure(
  before: Failing,
  { sequence, isProbe, isCertain, reason }: ReceiverFailure,
  nowMs: number,
  delayMs: (rounds: number) => number,
): Failing {
  const rounds = before.rounds + (isProbe ? 1 : 0);
  return {
    ...before,
    rounds,
    failures: before.failures + 1,
    witnesses: isClosed(before) ? before.witnesses : new Set([...before.witnesses, sequence]),
    isCertain: before.isCertain || isCertain,
    probeAtMs: isProbe ? nowMs + delayMs(rounds) : before.probeAtMs,
    reason,
  };
}

/** Half as many at a time; and back to a probe when none of so many succeeds any more. */
function relapse(
  before: Recovering,
  failure: ReceiverFailure,
  nowMs: number,
  delayMs: (rounds: number) => number,
): ReceiverCondition {
  if (failure.startedMs < before.sinceMs) return before;
  const window = Math.max(1, Math.floor(before.window / 2));
  const failedInRow = before.failedInRow + 1;
  if (failedInRow < Math.min(window, WITNESSES) && !failure.isCertain)
    return { ...before, window, failedInRow };
  return { ...firstFailure(failure, nowMs, delayMs(1)), failures: failedInRow, isCertain: true };
}

/**
 * @param answer `taken`: a success. Any other answer that speaks of its event alone shows that the receiver works, but
 *   not that it could take more at a time.
 * @param concurrency what the subscription allows.
 */
export function afterAnswer(
  before: ReceiverCondition,
  answer: { readonly startedMs: number; readonly taken: boolean },
  nowMs: number,
  concurrency: number,
): ReceiverCondition {
  const grown = answer.taken ? 1 : 0;
  switch (before.kind) {
    case 'up':
      return before;
    case 'failing':
      if (!isConfirmed(before)) return UP;
      // What was under way when it began says nothing of now.
      if (answer.startedMs < before.sinceMs) return before;
      return opened({ kind: 'recovering', sinceMs: nowMs, window: 1 + grown, failedInRow: 0 }, concurrency);
    case 'recovering':
      return opened({ ...before, window: before.window + grown, failedInRow: 0 }, concurrency);
  }
}

function opened(recovering: Recovering, concurrency: number): ReceiverCondition {
  return recovering.window >= concurrency ? UP : recovering;
}

/** Found by an earlier run: a restart asks at once, with one delivery, and waits as long as before when that fails. */
export function failingAsBefore(outage: Outage, nowMs: number): Failing {
  const { forMs, rounds, failures, reason } = outage;
  const common = { kind: 'failing', rounds, failures, reason } as const;
  return { ...common, sinceMs: nowMs - forMs, witnesses: new Set(), isCertain: true, probeAtMs: nowMs };
}

/** Somebody wants the receiver to be asked now: perhaps it was mended. */
export function askedAnew(before: ReceiverCondition, nowMs: number): ReceiverCondition {
  if (before.kind !== 'failing') return before;
  return { ...before, rounds: 1, isCertain: isConfirmed(before), probeAtMs: nowMs };
}

/** For the journal. */
export function outageOf({ sinceMs, rounds, failures, probeAtMs, reason }: Failing, nowMs: number): Outage {
  return { forMs: nowMs - sinceMs, rounds, failures, nextInMs: Math.max(0, probeAtMs - nowMs), reason };
}
