import {
  type FilterSubject,
  matchesFilter,
  type SubscriptionFilter,
} from '../../protocol/subscription-filter.ts';
import { createFilterIndex } from './filter-index.ts';

/** The part of a subscription that decides what it hears. Names are unique. */
export type Subscription = { readonly name: string; readonly filter: SubscriptionFilter };

/** So many filters are evaluated sooner than looked up. */
const FEW = 4;

/**
 * Says which subscriptions want an event.
 *
 * @param all subscriptions as the configuration gives them; richer ones come back as they are.
 */
export function createSubscriptions<S extends Subscription>(all: readonly S[]) {
  const index = createFilterIndex(all.map(({ filter }) => filter));
  const everyPosition = all.length <= FEW ? all.map((_, position) => position) : null;
  return {
    all,
    /** Names of the subscriptions whose filter admits the subject, in the configuration's order. */
    matching(subject: FilterSubject): string[] {
      const positions = everyPosition ?? index.candidates(subject).toSorted((a, b) => a - b);
      return positions.flatMap((position) => {
        const subscription = all[position];
        const wants = subscription !== undefined && matchesFilter(subscription.filter, subject);
        return wants ? [subscription.name] : [];
      });
    },
  };
}

export type Subscriptions = ReturnType<typeof createSubscriptions>;
