import type { SubscriptionFilter } from '../../protocol/event/subscription-filter.ts';

/** The part of a subscription that decides what it hears; `name` tells it from all others. */
export type Subscription = { readonly name: string; readonly filter: SubscriptionFilter };

/** What differs from before. A subscription that was changed is in both. */
export type BookChange<S> = { readonly removed: readonly S[]; readonly added: readonly S[] };

/** The one place where the watcher's subscriptions come from: they come and go while it runs. */
export interface SubscriptionBook<S extends Subscription = Subscription> {
  /** In the order in which events name them; the same array for as long as nothing changes. */
  all(): readonly S[];
  /** Of {@link all}, in its order. */
  names(): readonly string[];
  /**
   * Hears of each change at once, when {@link all} tells the new state already; listeners hear it in the order in which
   * they came, and must not throw. Returns what ends it.
   */
  onChange(listener: (change: BookChange<S>) => void): () => void;
}

/** The book as those have it who write in it. */
export interface OpenBook<S extends Subscription> extends SubscriptionBook<S> {
  /**
   * Everything there is from now on. The same object is the same subscription; another one of the same name takes its
   * place.
   *
   * @throws {RangeError} when two have the same name; then nothing has changed.
   */
  replace(all: readonly S[]): void;
}

export function createBook<S extends Subscription>(initial: readonly S[]): OpenBook<S> {
  const listeners = new Set<(change: BookChange<S>) => void>();
  let all = initial;
  let names = uniqueNames(initial);
  return {
    all: () => all,
    names: () => names,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    replace(next) {
      const nextNames = uniqueNames(next);
      const [before, after] = [new Set(all), new Set(next)];
      const change = {
        removed: all.filter((each) => !after.has(each)),
        added: next.filter((each) => !before.has(each)),
      };
      all = next;
      names = nextNames;
      if (change.removed.length + change.added.length === 0) return;
      for (const listener of listeners) listener(change);
    },
  };
}

function uniqueNames(all: readonly Subscription[]): readonly string[] {
  const names = all.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    throw new RangeError(`two subscriptions are called ${twice}`);
  }
  return names;
}
