import type { Clock } from '../../../settings/ambient/clock.ts';
import type { DeliveryObserver } from '../delivery-observer.ts';
import type { DeliveryEvent, DueDelivery } from '../delivery-store.ts';
import type { SubscriptionTarget } from '../subscription-target.ts';
import { attemptRecord, attemptReport } from './describe-attempt.ts';
import { type Attempt, giveUp } from './make-attempt.ts';
import type { OnRecorded, OutcomeRecorder } from './outcome-recorder.ts';
import type { Lesson } from './pace.ts';
import { settleAttempt } from './settle-attempt.ts';

/** What becomes of deliveries is decided, stored and told here. */
interface Conclusion {
  /** An attempt has ended. */
  attempted(event: DeliveryEvent, delivery: DueDelivery, made: Attempt, lesson: Lesson): void;
  /** An event is given up without one. */
  givenUp(event: DeliveryEvent, delivery: DueDelivery, reason: string): void;
}

type Dependencies = {
  readonly recorder: Pick<OutcomeRecorder, 'add'>;
  readonly observer: DeliveryObserver;
  readonly random: () => number;
  readonly clock: Clock;
  readonly onRecorded: OnRecorded;
};

const NOTHING_LEARNT: Lesson = { own: 'no', outage: null, ended: null, news: null };

export function createConclusion(
  { name: subscription, schedule }: Pick<SubscriptionTarget, 'name' | 'schedule'>,
  dependencies: Dependencies,
): Conclusion {
  const { recorder, observer, random, onRecorded } = dependencies;

  function conclude(
    event: DeliveryEvent,
    delivery: DueDelivery,
    made: Attempt,
    lesson: Lesson,
    attempt: number,
  ): void {
    const waitedMs = (delivery.requeuedAgoMs ?? event.ageMs) + made.durationMs;
    const settlement = settleAttempt(made.outcome, delivery, lesson, {
      schedule,
      waitedMs,
      random: random(),
    });
    const ended = { subscription, event, attempt, made, lesson, settlement };
    recorder.add(attemptRecord(ended), onRecorded);
    observer.onAttempt(attemptReport(ended), event);
  }

  function tellTurn({ news, outage, ended }: Lesson, { outcome }: Attempt): void {
    const told = news === 'began' ? outage : ended;
    if (told === null) return;
    const kind = news === 'began' ? 'failing' : 'recovered';
    const { clockSkewMs } = outcome.kind === 'retry' ? outcome : {};
    observer.onTurn?.({
      kind,
      subscription,
      outage: told,
      ...(clockSkewMs !== undefined && { clockSkewMs }),
    });
  }

  return {
    attempted(event, delivery, made, lesson) {
      conclude(event, delivery, made, lesson, delivery.attempts + 1);
      tellTurn(lesson, made);
    },
    givenUp: (event, delivery, reason) =>
      conclude(event, delivery, giveUp(reason, dependencies.clock), NOTHING_LEARNT, 0),
  };
}
