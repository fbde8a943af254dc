import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LabelExpression, matchesLabelExpressions } from '../../../protocol/event/label-expression.ts';

/**
 * What Kubernetes says of its operators, as sets of labels written `key=value`, and nothing of how they are evaluated:
 * NotIn is "all resources with values other than these, and all with no labels with the key".
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#set-based-requirement
 */
function oracle({ key, operator, values = [] }: LabelExpression, labels: Record<string, string>): boolean {
  const pairs = new Set(Object.entries(labels).map((label) => label.join('=')));
  const wanted = new Set(values.map((value) => `${key}=${value}`));
  const withKey = [...pairs].filter((pair) => pair.slice(0, pair.indexOf('=')) === key);
  const isIn = [...pairs].some((pair) => wanted.has(pair));
  return { In: isIn, NotIn: !isIn, Exists: withKey.length === 1, DoesNotExist: withKey.length === 0 }[
    operator
  ];
}

const keys = fc.constantFrom('app', 'tier', 'example.com/team', 'constructor', 'toString');
const values = fc.constantFrom('', 'a', 'b', 'c');
const listed = (operator: 'In' | 'NotIn') =>
  fc.record({
    key: keys,
    operator: fc.constant(operator),
    values: fc.array(values, { minLength: 1, maxLength: 3 }),
  });
const unlisted = (operator: 'Exists' | 'DoesNotExist') =>
  fc.record({ key: keys, operator: fc.constant(operator) });
const expressions: fc.Arbitrary<LabelExpression> = fc.oneof(
  listed('In'),
  listed('NotIn'),
  unlisted('Exists'),
  unlisted('DoesNotExist'),
);

test('label expressions admit what Kubernetes says they do', () => {
  fc.assert(
    fc.property(fc.array(expressions, { maxLength: 4 }), fc.dictionary(keys, values), (all, labels) => {
      const expected = all.map((each) => oracle(each, labels));
      for (const [at, each] of all.entries())
        expect(matchesLabelExpressions([each], labels)).toBe(expected[at]);
      expect(matchesLabelExpressions(all, labels)).toBe(expected.every(Boolean));
    }),
    { numRuns: 3000 },
  );
});
