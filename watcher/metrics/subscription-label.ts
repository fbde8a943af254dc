import { OTHER } from '../../settings/metrics/bounded-label.ts';

/** So many subscriptions have series of their own; with a thousand of them a scrape would be megabytes. */
const MOST_NAMED = 100;

/** Bounds the values of the label `subscription`. */
export type SubscriptionLabel = {
  /** Every value that the label can have now. */
  values(): readonly string[];
  of(subscription: string): string;
  /**
   * The subscriptions that there are from now on. Of those that are new the first in alphabetical order get a value of
   * their own, as long as there is room; whoever has one keeps it, because a series that comes and goes cannot be read.
   *
   * @returns the values that are new, and those that are gone.
   */
  follow(names: readonly string[]): { readonly added: readonly string[]; readonly gone: readonly string[] };
};

export function createSubscriptionLabel(): SubscriptionLabel {
  const named = new Set<string>();
  return {
    values: () => [...named, OTHER],
    of: (subscription) => (named.has(subscription) ? subscription : OTHER),
    follow(names) {
      const there = new Set(names);
      const gone = [...named].filter((name) => !there.has(name));
      for (const name of gone) named.delete(name);
      const added = names
        .filter((name) => !named.has(name) && name !== OTHER)
        .toSorted()
        .slice(0, MOST_NAMED - named.size);
      for (const name of added) named.add(name);
      return { added, gone };
    },
  };
}
