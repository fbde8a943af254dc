import { type FilterSubject, gapSubject } from '../../protocol/event/subscription-filter.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import type { Transition } from '../lifecycle/transition.ts';
import { disabledEvent, type GapFacts, gapEvent } from './bridge-event.ts';
import { containerEvent, type DraftEvent, filterSubject } from './container-event.ts';
import type { ClusterIdentity } from './event-envelope.ts';
import type { EndedSubscription, NewEvent } from './lifecycle-journal.ts';

/** Makes journal events, each with its id, its bytes and the subscriptions that want it. */
export type EventNaming = {
  /** @param changedAt resourceVersion of the one change that they follow from; left out: only its batch is known. */
  transitions(transitions: readonly Transition[], changedAt?: string): readonly NewEvent[];
  gap(facts: GapFacts, nowMs: number): NewEvent;
  disabled(ended: EndedSubscription): NewEvent;
};

export type EventNamingDeps = {
  readonly cluster: ClusterIdentity;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Names of the subscriptions that want an event. */
  readonly matching: (subject: FilterSubject) => readonly string[];
};

export function createEventNaming({ cluster, clock, matching }: EventNamingDeps): EventNaming {
  const wanted = (draft: DraftEvent, subject: FilterSubject, changedAt?: string): NewEvent => ({
    ...draft,
    subscriptions: matching(subject),
    ...(changedAt !== undefined && { changedAt }),
  });
  return {
    transitions: (transitions, changedAt) =>
      transitions.map((transition) =>
        wanted(containerEvent(transition, cluster, clock.nowMs()), filterSubject(transition), changedAt),
      ),
    gap: (facts, nowMs) => wanted(gapEvent(facts, cluster, nowMs), gapSubject(facts)),
    disabled: (ended) => wanted(disabledEvent(ended, cluster), { hook: 'disabled' }),
  };
}
