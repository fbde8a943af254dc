import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTAINER_HOOKS, HOOKS } from '../../../protocol/event/event-type.ts';
import type { LabelExpression } from '../../../protocol/event/label-expression.ts';
import { CONTAINER_KINDS } from '../../../protocol/event/lifecycle-event.ts';
import {
  type ContainerSubject,
  type FilterSubject,
  matchesSubscriptionFilter,
  type SubscriptionFilter,
} from '../../../protocol/event/subscription-filter.ts';
import { createBook } from '../../../watcher/subscriptions/book.ts';
import { createFilterIndex } from '../../../watcher/subscriptions/filter-index.ts';
import { createMatching } from '../../../watcher/subscriptions/matching.ts';

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
const labels = fc.dictionary(fc.constantFrom('a', 'b', 'constructor'), names, { maxKeys: 3 });
const codes = fc.constantFrom(0, 1, 143);

const expression: fc.Arbitrary<LabelExpression> = fc.oneof(
  fc.record({
    key: fc.constantFrom('a', 'b', 'constructor'),
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.array(names, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ key: names, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
);

const filter: fc.Arbitrary<SubscriptionFilter> = fc.record(
  {
    hooks: someOf(HOOKS),
    namespaces: fc.array(names),
    selector: labels,
    selectorExpressions: fc.array(expression, { maxLength: 3 }),
    containers: fc.array(names),
    exitCodes: fc.record({
      operator: fc.constantFrom('In' as const, 'NotIn' as const),
      values: fc.uniqueArray(codes),
    }),
    reasons: fc.array(names),
    annotation: names,
    honoursIgnore: fc.boolean(),
  },
  { requiredKeys: [] },
);

const subject: fc.Arbitrary<FilterSubject> = fc.oneof(
  fc.record({ hook: fc.constantFrom('gap' as const, 'disabled' as const) }),
  fc.record(
    {
      hook: fc.constantFrom(...CONTAINER_HOOKS),
      namespace: names,
      labels,
      annotations: fc.record({ subscribe: fc.array(names), ignore: fc.boolean() }),
      container: fc.record({ name: names, kind: fc.constantFrom(...CONTAINER_KINDS) }),
      exit: fc.record({ code: fc.option(codes), reason: fc.option(names) }),
    },
    { requiredKeys: ['hook', 'namespace', 'labels', 'container'] },
  ),
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

test('narrows down to no fewer than match, and to none twice, for any filters and any event', () => {
  fc.assert(
    fc.property(fc.array(filter, { maxLength: 12 }), subject, (filters, event) => {
      const candidates = createFilterIndex(filters).candidates(event);
      expect(new Set(candidates).size).toBe(candidates.length);
      const matching = filters.flatMap((each, at) => (matchesSubscriptionFilter(each, event) ? [at] : []));
      expect(candidates).toEqual(expect.arrayContaining(matching));
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
    [
      'expressions',
      (n) => ({
        selectorExpressions: [
          { key: 'tier', operator: 'NotIn', values: ['db'] },
          { key: 'app', operator: 'In', values: [`app${n}`, `app${n}-canary`] },
        ],
      }),
      { ...started, labels: { app: 'app7' } },
    ],
    [
      'labels that must only be there',
      (n) => ({ selectorExpressions: [{ key: `team-${n}`, operator: 'Exists' }] }),
      { ...started, labels: { 'team-7': '' } },
    ],
    [
      'names that Pods list',
      (n) => ({ namespaces: ['shop'], annotation: `s${n}` }),
      { ...started, annotations: { subscribe: ['s7', 'other', 's7'], ignore: false } },
    ],
    [
      'exit codes',
      (n) => ({ hooks: ['postStop'], exitCodes: { operator: 'In', values: [n] } }),
      { ...started, hook: 'postStop', exit: { code: 7, reason: 'Error' } },
    ],
    [
      'reasons',
      (n) => ({ hooks: ['postStop'], reasons: [`Reason${n}`] }),
      { ...started, hook: 'postStop', exit: { code: null, reason: 'Reason7' } },
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
