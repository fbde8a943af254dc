import * as z from 'zod';
import {
  isLabelKey,
  isLabelValue,
  LABEL_NAME_PATTERN,
  MOST_EXPRESSION_VALUES,
  MOST_LABEL_EXPRESSIONS,
  MOST_SELECTOR_LABELS,
} from '../../protocol/event/filter-limits.ts';
import { LABEL_OPERATORS } from '../../protocol/event/label-expression.ts';
import { expectedUnseen } from '../../settings/expected.ts';
import { oneOf } from '../../settings/scalar.ts';
import { section } from '../../settings/section.ts';
import { distinct } from './name-list.ts';

const KEY_RULE =
  'is not a label key: [prefix/]name, the name 1 to 63 letters, digits, "-", "_" and ".", starting and ending ' +
  'with a letter or digit, the prefix a DNS name';
const VALUE_RULE =
  'is not a label value: at most 63 letters, digits, "-", "_" and ".", starting and ending with a letter or digit';

/**
 * Pod labels that must all be equal, for example `{ app: checkout }`.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function labelSelectorSchema() {
  return z
    .record(z.string(), labelValue(), expectedUnseen('a map of Pod labels, such as { app: checkout }'))
    .superRefine(
      (labels, context) => {
        const keys = Object.keys(labels);
        if (keys.length === 0) context.addIssue('is empty; leave it out to match every Pod');
        if (keys.length > MOST_SELECTOR_LABELS)
          context.addIssue(`expected at most ${MOST_SELECTOR_LABELS} labels`);
        for (const key of keys) {
          if (!isLabelKey(key)) context.addIssue({ code: 'custom', path: [key], message: KEY_RULE });
        }
      },
      // Also when a value is wrong: all faults come at once.
      { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
    )
    .meta({ minProperties: 1, maxProperties: MOST_SELECTOR_LABELS, examples: [{ app: 'checkout' }] });
}

/**
 * What else the labels must satisfy, as `matchExpressions` of Kubernetes, for example
 * `{ key: tier, operator: NotIn, values: [db] }`.
 */
export function labelExpressionsSchema() {
  return z
    .array(
      labelExpression(),
      expectedUnseen('a list of label expressions, such as [{ key: tier, operator: NotIn, values: [db] }]'),
    )
    .min(1, { error: 'the empty list asks for nothing; leave the key out' })
    .max(MOST_LABEL_EXPRESSIONS, { error: `expected at most ${MOST_LABEL_EXPRESSIONS} label expressions` });
}

function labelExpression() {
  const shape = {
    key: z.string(expectedUnseen('a label key')).refine(isLabelKey, { error: KEY_RULE }),
    operator: oneOf(LABEL_OPERATORS),
    values: distinct(z.array(labelValue(), expectedUnseen('a list of label values, such as [a, b]')))
      .max(MOST_EXPRESSION_VALUES, { error: `expected at most ${MOST_EXPRESSION_VALUES} values` })
      .optional(),
  };
  return section(shape, { op: 'operator', value: 'values', label: 'key' })
    .superRefine(({ operator, values = [] }, context) => {
      const takesValues = operator === 'In' || operator === 'NotIn';
      if (takesValues === values.length > 0) return;
      const message = takesValues ? `${operator} needs at least one value` : `${operator} takes no values`;
      context.addIssue({ code: 'custom', path: ['values'], message });
    })
    .meta({
      if: { properties: { operator: { enum: ['In', 'NotIn'] } }, required: ['operator'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: ['values'], properties: { values: { minItems: 1 } } },
      else: { properties: { values: { maxItems: 0 } } },
    });
}

function labelValue() {
  return z
    .string({
      error: ({ input }) =>
        typeof input === 'number' || typeof input === 'boolean'
          ? `label values are text; write it in quotes: "${input}"`
          : 'expected the text of a label value',
    })
    .refine(isLabelValue, { error: VALUE_RULE })
    .meta({ anyOf: [{ const: '' }, { pattern: LABEL_NAME_PATTERN }] });
}
