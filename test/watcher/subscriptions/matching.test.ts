import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTAINER_HOOKS, HOOKS } from '../../../protocol/event/event-type.ts';
import { CONTAINER_KINDS } from '../../../protocol/event/lifecycle-event.ts';
import {
  type FilterSubject,
  matchesSubscriptionFilter,
  type SubscriptionFilter,
} from '../../../protocol/event/subscription-filter.ts';
import { createBook } from '../../../watcher/subscriptions/book.ts';
import { createFilterIndex } from '../../../watcher/subscriptions/filter-index.ts';
import { createMatching } from '../../../watcher/subscriptions/matching.ts';

type ContainerSubject = Extract<FilterSubject, { namespace: string }>;

const started: ContainerSubject = {
  hook: 'postStart',
  namespace: 'shop',
  labels: { app: 'checkout', tier: 'web' },
  container: { name: 'app', kind: 'app' },
};

function named(...filters: SubscriptionFilter[]) {
  return createMatching(createBook(filters.map((filter, index) => ({ name: `s${index}`, filter }))));
}

describe('matching', () => {
  test('names those that want the event, in the order of the configuration', () => {
    const matching = named(
      { namespaces: ['shop'] },
      { namespaces: ['pay'] },
      {},
      { hooks: ['preStop'] },
      { selector: { app: 'checkout' }, containers: ['app'] },
      { selector: { app: 'checkout', tier: 'db' } },
    );
    expect(matching(started)).toEqual(['s0', 's2', 's4']);
  });

  test('gives nobody to no subscriptions', () => {
    expect(named()(started)).toEqual([]);
  });

  test('tells of a gap whatever the namespaces and labels are, if the hook is wanted', () => {
    const matching = named({ namespaces: ['pay'], selector: { a: 'b' } }, { hooks: ['preStop'] }, {});
    expect(matching({ hook: 'gap' })).toEqual(['s0', 's2']);
  });

  test('is not misled by labels called like parts of every object', () => {
    const matching = named({ selector: { constructor: 'x' } }, { selector: { toString: 'y' } });
    expect(matching(started)).toEqual([]);
    expect(matching({ ...started, labels: { constructor: 'x' } })).toEqual(['s0']);
  });

  test('follows the book, few or many', () => {
    const one = (index: number) => ({
      name: `s${index}`,
      filter: { namespaces: [index < 2 ? 'shop' : 'pay'] },
    });
    const book = createBook([one(0)]);
    const matching = createMatching(book);
    expect(matching(started)).toEqual(['s0']);
    book.replace(Array.from({ length: 20 }, (_, index) => one(index)));
    expect(matching(started)).toEqual(['s0', 's1']);
    book.replace([one(1)]);
    expect(matching(started)).toEqual(['s1']);
    book.replace([]);
    expect(matching(started)).toEqual([]);
  });
});

const names = fc.constantFrom('a', 'b', 'c');
const someOf = <T extends string>(values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values));
const labels = fc.dictionary(names, names, { maxKeys: 3 });

const filter: fc.Arbitrary<SubscriptionFilter> = fc.record(
  { hooks: someOf(HOOKS), namespaces: fc.array(names), selector: labels, containers: fc.array(names) },
  { requiredKeys: [] },
);

const subject: fc.Arbitrary<FilterSubject> = fc.oneof(
  fc.record({ hook: fc.constantFrom('gap' as const, 'disabled' as const) }),
  fc.record({
    hook: fc.constantFrom(...CONTAINER_HOOKS),
    namespace: names,
    labels,
    container: fc.record({ name: names, kind: fc.constantFrom(...CONTAINER_KINDS) }),
  }),
);

test('agrees with evaluating every filter, for any filters and any event', () => {
  fc.assert(
    fc.property(fc.array(filter, { maxLength: 12 }), subject, (filters, event) => {
      const naive = filters.flatMap((each, index) =>
        matchesSubscriptionFilter(each, event) ? [`s${index}`] : [],
      );
      expect(named(...filters)(event)).toEqual(naive);
    }),
    { numRuns: 2000 },
  );
});

describe('a thousand subscriptions', () => {
  const thousand = Array.from({ length: 1000 }, (_, index) => index);

  test.each<[string, (index: number) => SubscriptionFilter, FilterSubject]>([
    ['namespaces', (n) => ({ namespaces: [`ns${n}`] }), { ...started, namespace: 'ns7' }],
    ['labels', (n) => ({ selector: { app: `app${n}` } }), { ...started, labels: { app: 'app7', b: 'c' } }],
    [
      'containers',
      (n) => ({ containers: [`c${n}`] }),
      { ...started, container: { name: 'c7', kind: 'app' } },
    ],
    [
      'labels within one namespace',
      (n) => ({ hooks: ['postStart'], namespaces: ['shop'], selector: { app: `app${n}` } }),
      { ...started, labels: { app: 'app7' } },
    ],
  ])('that differ in their %s leave one to evaluate', (_, filterOf, event) => {
    expect(createFilterIndex(thousand.map(filterOf)).candidates(event)).toEqual([7]);
  });

  test('on a grid of ten namespaces and a hundred labels leave the ten of the label', () => {
    const grid = thousand.map((n) => ({ namespaces: [`ns${n % 10}`], selector: { app: `a${n % 100}` } }));
    const event = { ...started, namespace: 'ns7', labels: { app: 'a7' } };
    expect(createFilterIndex(grid).candidates(event)).toHaveLength(10);
  });
});
