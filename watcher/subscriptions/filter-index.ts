import type { FilterSubject, SubscriptionFilter } from '../../protocol/subscription-filter.ts';

/**
 * Narrows an event down to the filters worth evaluating. Each dimension (hook, namespace, label, container
 * name) files a filter under every value it lists, or under "any" when it lists none. A subject takes the
 * dimension that leaves the fewest filters: every filter that matches is among them, whichever it is.
 *
 * Memory is one number per listed value; a look-up costs the values of the subject, not the filters.
 */
export function createFilterIndex(filters: readonly SubscriptionFilter[]) {
  const hooks = createDimension(filters.map((filter) => filter.hooks));
  const namespaces = createDimension(filters.map((filter) => filter.namespaces));
  const containers = createDimension(filters.map((filter) => filter.containers));
  // One label of a selector is enough: the subject must carry all of them.
  const labels = createDimension(filters.map((filter) => firstLabel(filter.selector)));

  return {
    /** Positions of the filters that can match, in no order, each once. */
    candidates(subject: FilterSubject): number[] {
      const byHook = hooks.postings([subject.hook]);
      // Events about the bridge belong to no Pod: only their hook counts.
      if (subject.hook === 'gap' || subject.hook === 'disabled') return byHook.flat();
      const choices = [
        byHook,
        namespaces.postings([subject.namespace]),
        containers.postings([subject.container.name]),
        labels.postings(Object.entries(subject.labels).map(labelKey)),
      ];
      return choices.reduce((fewest, choice) => (count(choice) < count(fewest) ? choice : fewest)).flat();
    },
  };
}

type Postings = readonly (readonly number[])[];

function createDimension(listed: readonly (readonly string[] | undefined)[]) {
  const any: number[] = [];
  const byValue = new Map<string, number[]>();
  for (const [position, values] of listed.entries()) {
    if (values === undefined) any.push(position);
    for (const value of new Set(values)) {
      const positions = byValue.get(value);
      if (positions === undefined) byValue.set(value, [position]);
      else positions.push(position);
    }
  }
  return {
    /** The filters that list one of these values, and those that list none. */
    postings(values: readonly string[]): Postings {
      return [any, ...values.flatMap((value) => [byValue.get(value) ?? []])];
    },
  };
}

function firstLabel(selector: SubscriptionFilter['selector'] = {}): readonly string[] | undefined {
  const [first] = Object.entries(selector);
  return first === undefined ? undefined : [labelKey(first)];
}

/** Neither keys nor values of labels can hold a "=". */
function labelKey([key, value]: readonly [string, string]): string {
  return `${key}=${value}`;
}

function count(postings: Postings): number {
  return postings.reduce((sum, positions) => sum + positions.length, 0);
}
