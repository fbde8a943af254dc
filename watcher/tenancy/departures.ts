import type { Retirement } from '../delivery/retirement.ts';
import type { HookObjects } from './objects/follow-hook-objects.ts';
import { isOfObject, namespaceOfName, subscriptionNameOf } from './objects/subscription-name.ts';

const WHY = 'subscription deleted';

type Waiting = { readonly subscription: string; readonly pending: number };

/** Notices objects that are gone, whatever became of their subscriptions before. */
interface Departures {
  /** Call after each change. */
  look(objects: Pick<HookObjects, 'all'>): void;
  /** Call once the objects are known: what was deleted while nobody looked has left deliveries behind. */
  lookBack(objects: Pick<HookObjects, 'all' | 'isComplete'>): void;
}

export function createDepartures(deps: {
  readonly journal: { queues(): readonly Waiting[] };
  readonly retirement: Pick<Retirement, 'retire'>;
}): Departures {
  const { journal, retirement } = deps;
  let known: ReadonlySet<string> = new Set();

  const namesOf = (objects: Pick<HookObjects, 'all'>) =>
    new Set([...objects.all().values()].map(({ object }) => subscriptionNameOf(object)));

  return {
    look(objects) {
      const there = namesOf(objects);
      for (const name of known) if (!there.has(name)) retirement.retire(name, WHY);
      known = there;
    },
    lookBack(objects) {
      const there = namesOf(objects);
      for (const { subscription, pending } of journal.queues()) {
        if (pending === 0 || !isOfObject(subscription) || there.has(subscription)) continue;
        // A kind that cannot be listed says nothing of its objects.
        if (objects.isComplete(namespaceOfName(subscription))) retirement.retire(subscription, WHY);
      }
    },
  };
}
