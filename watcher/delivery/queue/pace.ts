import type { Clock } from '../../../settings/ambient/clock.ts';
import type { Outage } from '../delivery-store.ts';
import type { SubscriptionTarget } from '../subscription-target.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import type { Attempt } from './make-attempt.ts';
import {
  afterAnswer,
  afterFailure,
  askedAnew,
  type Failing,
  failingAsBefore,
  isClosed,
  isConfirmed,
  outageOf,
  type ReceiverCondition,
  UP,
} from './receiver-condition.ts';
import { nextProbeDelayMs } from './retry-schedule.ts';

/** So many failures of its own, while others succeeded, make an event one that no longer speaks of the receiver. */
const KNOWN_BY = 3;

/** Nothing was learnt. */
const AS_BEFORE: Lesson = { own: 'yes', outage: null, ended: null, news: null };

/** What may go out now: any delivery, only one that was never tried, any one as the probe, or none. */
type Admission = 'any' | 'untried' | 'probe' | 'none';

/** What an attempt taught. */
export type Lesson = {
  /**
   * Whether the failure counts against the event itself, which then waits for its own timer; `doubtful`: it may have been
   * the receiver, so the event waits no longer than for a probe.
   */
  readonly own: 'yes' | 'doubtful' | 'no';
  /** How the receiver fails, as far as that is certain; null when it does not. */
  readonly outage: Outage | null;
  /** The outage that this attempt ended; null when it ended none. */
  readonly ended: Outage | null;
  /** What is new of the outage; null when nothing is. */
  readonly news: 'began' | 'goesOn' | 'ended' | null;
};

/**
 * How fast a receiver may be served: how many deliveries at a time, with one probe while it fails, and not at all for as
 * long as it wants silence.
 */
export interface Pace {
  /** How much longer the receiver wants silence; 0 or less when it does not. */
  pauseMs(): number;
  /** @param underWay attempts that have begun and not ended. */
  admits(underWay: number): Admission;
  /** How long until a probe may go out; null while none is needed, or one is under way. */
  probeInMs(): number | null;
  /** This delivery is the probe that was admitted. */
  probing(sequence: number): void;
  /** What an earlier run has found. */
  resume(standing: { readonly pausedForMs: number; readonly outage: Outage | null }): void;
  /** Somebody wants it tried now, whatever the receiver said. */
  hurry(): void;
  /** What is certain of the receiver. */
  condition(): ReceiverCondition['kind'];
  /** An attempt at a delivery has ended, abandoned (null) or with an outcome. */
  learn(delivery: { readonly sequence: number; readonly ownFailures: number }, made: Attempt | null): Lesson;
}

export function createPace(
  { concurrency, schedule }: Pick<SubscriptionTarget, 'concurrency' | 'schedule'>,
  clock: Pick<Clock, 'monotonicMs'>,
  random: () => number,
): Pace {
  const limit = createConcurrencyLimit(concurrency);
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  let condition: ReceiverCondition = UP;
  let probe: number | null = null;

  function admitsWhileFailing(failing: Failing, underWay: number): Admission {
    const hasRoom = underWay < (isClosed(failing) ? 1 : limit.current());
    if (!hasRoom) return 'none';
    if (probe === null && failing.probeAtMs <= clock.monotonicMs()) return 'probe';
    return isClosed(failing) ? 'none' : 'untried';
  }

  function adaptLimit({ outcome, startedMs }: Attempt, nowMs: number): void {
    if (outcome.kind === 'delivered') limit.succeeded();
    if (outcome.kind !== 'retry') return;
    if (outcome.slowDown === true) limit.overloaded(startedMs, nowMs);
    if (outcome.pauseMs !== undefined) pausedUntilMs = Math.max(pausedUntilMs, nowMs + outcome.pauseMs);
  }

  return {
    pauseMs: () => pausedUntilMs - clock.monotonicMs(),
    admits(underWay) {
      if (condition.kind === 'failing') return admitsWhileFailing(condition, underWay);
      const window = condition.kind === 'recovering' ? condition.window : concurrency;
      return underWay < Math.min(window, limit.current()) ? 'any' : 'none';
    },
    probeInMs() {
      if (condition.kind !== 'failing' || probe !== null) return null;
      return Math.max(0, condition.probeAtMs - clock.monotonicMs());
    },
    probing(sequence) {
      probe = sequence;
    },
    resume({ pausedForMs, outage }) {
      const nowMs = clock.monotonicMs();
      pausedUntilMs = nowMs + pausedForMs;
      if (outage !== null) condition = failingAsBefore(outage, nowMs);
    },
    hurry() {
      pausedUntilMs = Number.NEGATIVE_INFINITY;
      condition = askedAnew(condition, clock.monotonicMs());
    },
    condition: () => (condition.kind === 'failing' && !isConfirmed(condition) ? 'up' : condition.kind),
    learn({ sequence, ownFailures }, made) {
      const isProbe = probe === sequence;
      if (isProbe) probe = null;
      const before = condition;
      const nowMs = clock.monotonicMs();
      if (made === null) return lessonOf(before, before, { own: 'no', isProbe, nowMs });
      adaptLimit(made, nowMs);
      // Nearly all of them, so it costs nothing.
      if (before.kind === 'up' && made.outcome.kind === 'delivered') return AS_BEFORE;
      const { outcome, startedMs } = made;
      const isOfReceiver = outcome.kind === 'retry' && outcome.scope === 'receiver';
      const isKnown = ownFailures >= KNOWN_BY && !(before.kind === 'failing' && isConfirmed(before));
      if (isOfReceiver && !isKnown) {
        const waitMs = (rounds: number) =>
          Math.max(nextProbeDelayMs(schedule, rounds, random()), outcome.afterMs ?? 0);
        const isCertain = outcome.pauseMs !== undefined;
        const failure = { sequence, startedMs, isProbe, isCertain, reason: outcome.reason };
        condition = afterFailure(before, failure, nowMs, waitMs);
      } else if (!isOfReceiver) {
        condition = afterAnswer(
          before,
          { startedMs, taken: outcome.kind === 'delivered' },
          nowMs,
          concurrency,
        );
      }
      const own = isOfReceiver ? guilt(before, startedMs, isProbe) : 'yes';
      return lessonOf(before, condition, { own, isProbe, nowMs });
    },
  };
}

/** Whether an event that fails now is to blame itself: it may be, where the receiver worked a moment ago. */
function guilt(before: ReceiverCondition, startedMs: number, isProbe: boolean): Lesson['own'] {
  switch (before.kind) {
    case 'up':
      return 'yes';
    case 'failing':
      return isProbe || isConfirmed(before) ? 'no' : 'yes';
    case 'recovering':
      return startedMs >= before.sinceMs ? 'doubtful' : 'no';
  }
}

function lessonOf(
  before: ReceiverCondition,
  after: ReceiverCondition,
  { own, isProbe, nowMs }: { readonly own: Lesson['own']; readonly isProbe: boolean; readonly nowMs: number },
): Lesson {
  const was = before.kind === 'failing' && isConfirmed(before) ? before : null;
  const is = after.kind === 'failing' && isConfirmed(after) ? after : null;
  if (is === null)
    return { own, outage: null, ended: was && outageOf(was, nowMs), news: was ? 'ended' : null };
  return {
    own,
    outage: outageOf(is, nowMs),
    ended: null,
    news: was === null ? 'began' : isProbe ? 'goesOn' : null,
  };
}
