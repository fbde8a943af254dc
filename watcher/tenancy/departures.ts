import type { Retirement } from '../delivery/retirement.ts';
import type { HookObjects } from './objects/follow-hook-objects.ts';
import { isOfObject, namespaceOfName, subscriptionNameOf } from './objects/subscription-name.ts';

const WHY = 'subscription deleted';

type Waiting = { readonly subscription: string; readonly pending: number };

/** Notices objects that are gone, whatever became of their subscriptions before. */
interface Departures {
  /** Call after each change. */
  look(objects: Pick<HookObjects, 'all' | 'isComplete'>): void;
}

/**
 * @param deps `journal`: what was deleted while nobody looked has left deliveries behind. They are given up once it is
 *   certain that the object is gone: a kind that cannot be listed says nothing of its objects.
 */
export function createDepartures(deps: {
  readonly journal: { queues(): readonly Waiting[] };
  readonly retirement: Pick<Retirement, 'retire' | 'takeBack'>;
}): Departures {
  const { journal, retirement } = deps;
  const left = journal
    .queues()
    .filter(({ subscription, pending }) => pending > 0 && isOfObject(subscription));
  const unaccounted = new Set(left.map(({ subscription }) => subscription));
  let known: ReadonlySet<string> = new Set();

  return {
    look(objects) {
      const there = new Set([...objects.all().values()].map(({ object }) => subscriptionNameOf(object)));
      for (const name of known) if (!there.has(name)) retirement.retire(name, WHY);
      // A list of an older state can leave out for a moment what is there.
      for (const name of there) if (!known.has(name)) retirement.takeBack(name);
      known = there;
      for (const name of unaccounted) {
        if (there.has(name)) unaccounted.delete(name);
        else if (objects.isComplete(namespaceOfName(name))) {
          unaccounted.delete(name);
          retirement.retire(name, WHY);
        }
      }
    },
  };
}
