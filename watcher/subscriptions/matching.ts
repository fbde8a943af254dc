import { type FilterSubject, matchesSubscriptionFilter } from '../../protocol/event/subscription-filter.ts';
import type { Subscription, SubscriptionBook } from './book.ts';
import { createFilterIndex } from './filter-index.ts';

/** Names of the subscriptions whose filter admits the subject, in the order of the book. */
type Matching = (subject: FilterSubject) => string[];

/** So many filters are evaluated sooner than looked up. */
const FEW = 4;

/** Says which subscriptions want an event: those that are in the book when it is asked. */
export function createMatching(book: Pick<SubscriptionBook, 'all'>): Matching {
  let all = book.all();
  let matching = matchingAmong(all);
  return (subject) => {
    const now = book.all();
    if (now !== all) {
      all = now;
      matching = matchingAmong(now);
    }
    return matching(subject);
  };
}

function matchingAmong(all: readonly Subscription[]): Matching {
  const index = createFilterIndex(all.map(({ filter }) => filter));
  const everyPosition = all.length <= FEW ? all.map((_, position) => position) : null;
  return (subject) => {
    const positions = everyPosition ?? index.candidates(subject).toSorted((a, b) => a - b);
    return positions.flatMap((position) => {
      const subscription = all[position];
      const wants = subscription !== undefined && matchesSubscriptionFilter(subscription.filter, subject);
      return wants ? [subscription.name] : [];
    });
  };
}
