/** So many subscriptions have series of their own; with a thousand of them a scrape would be megabytes. */
const MOST_NAMED = 100;

/** Stands for every subscription beyond those, and for those that are no longer configured. */
export const OTHER = 'other';

export type SubscriptionLabel = {
  /** Every value that the label can have. */
  readonly values: readonly string[];
  of(subscription: string): string;
};

/** Bounds the label `subscription`: the first hundred names in alphabetical order, then {@link OTHER}. */
export function createSubscriptionLabel(names: readonly string[]): SubscriptionLabel {
  const named = new Set([...names].sort().slice(0, MOST_NAMED));
  return {
    values: [...named, OTHER],
    of: (subscription) => (named.has(subscription) ? subscription : OTHER),
  };
}
