import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONTAINER_HOOKS } from '../../../protocol/event/event-type.ts';
import { CONTAINER_KINDS } from '../../../protocol/event/lifecycle-event.ts';
import {
  matchesSubscriptionFilter,
  type SubscriptionFilter,
} from '../../../protocol/event/subscription-filter.ts';
import { createNamespaceLabels } from '../../../watcher/explain/recipients/namespace-labels.ts';
import { countRecipients } from '../../../watcher/explain/recipients/recipients.ts';

const names = fc.constantFrom('a', 'b');
const filters: fc.Arbitrary<SubscriptionFilter> = fc.record(
  {
    hooks: fc.subarray([...CONTAINER_HOOKS]),
    namespaces: fc.subarray(['a', 'b']),
    selector: fc.dictionary(names, names),
    selectorExpressions: fc.array(
      fc.record({
        key: names,
        operator: fc.constant('NotIn' as const),
        values: fc.array(names, { minLength: 1 }),
      }),
      { maxLength: 2 },
    ),
    containers: fc.subarray(['a', 'b']),
    exitCodes: fc.record({
      operator: fc.constantFrom('In' as const, 'NotIn' as const),
      values: fc.constant([0]),
    }),
    reasons: fc.subarray(['a', 'b']),
    annotation: names,
    honoursIgnore: fc.boolean(),
  },
  { requiredKeys: [] },
);
const subjects = fc.record(
  {
    hook: fc.constantFrom(...CONTAINER_HOOKS),
    namespace: names,
    labels: fc.dictionary(names, names),
    container: fc.record({ name: names, kind: fc.constantFrom(...CONTAINER_KINDS) }),
    annotations: fc.record({ subscribe: fc.array(names), ignore: fc.boolean() }),
    exit: fc.record({ code: fc.option(fc.constantFrom(0, 1)), reason: fc.option(names) }),
  },
  { requiredKeys: ['hook', 'namespace', 'labels', 'container'] },
);

test('who would get an event is who does, whatever is asked for, and who gets none is told where it stopped', () => {
  fc.assert(
    fc.property(fc.array(filters, { maxLength: 5 }), fc.array(subjects, { maxLength: 5 }), (all, events) => {
      const subscriptions = all.map((filter, index) => ({ name: `s${index}`, filter, suspended: false }));
      const count = countRecipients(subscriptions, createNamespaceLabels());
      for (const event of events) {
        const wanted = subscriptions.filter(({ filter }) => matchesSubscriptionFilter(filter, event));
        expect(count.add(event)).toEqual({ names: wanted.map(({ name }) => name), perhaps: [] });
      }
      for (const { subscription, events: got, stopped } of count.tallies()) {
        const matching = events.filter((event) => matchesSubscriptionFilter(subscription.filter, event));
        expect(got).toBe(matching.length);
        expect(stopped !== null).toBe(got === 0 && events.length > 0);
      }
    }),
    { numRuns: 1000 },
  );
});
