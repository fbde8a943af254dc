import * as z from 'zod';
import {
  LABEL_NAME_PATTERN,
  LABEL_PREFIX_PATTERN,
  LONGEST_LABEL_KEY,
  LONGEST_LABEL_VALUE,
  MOST_EXPRESSION_VALUES,
  MOST_LABEL_EXPRESSIONS,
  MOST_MATCH_LABELS,
} from '../../../protocol/event/filter-limits.ts';
import { expected, expectedUnseen } from '../../../settings/expected.ts';
import { oneOf } from '../../../settings/scalar.ts';
import { section } from '../../../settings/section.ts';
import { atomicList, name } from './field-forms.ts';
import { withRules } from './field-rule.ts';

const LABEL_KEY = new RegExp(`^(${unanchored(LABEL_PREFIX_PATTERN)}/)?${unanchored(LABEL_NAME_PATTERN)}$`);
const LABEL_VALUE = new RegExp(`^(${unanchored(LABEL_NAME_PATTERN)})?$`);

/**
 * Kubernetes' own LabelSelector, with bounds: everything must agree, and an empty one matches all.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
export function labelSelectorSpec(about: string) {
  const labels = z
    .record(z.string(), labelValue(), expectedUnseen('a map of labels, such as { app: checkout }'))
    .refine((given) => Object.keys(given).length <= MOST_MATCH_LABELS, {
      error: `expected at most ${MOST_MATCH_LABELS} labels`,
    })
    .meta({ maxProperties: MOST_MATCH_LABELS });
  return section({
    matchLabels: labels.optional().describe('Labels that must be there with exactly these values.'),
    matchExpressions: atomicList(requirement(), 'requirements', { most: MOST_LABEL_EXPRESSIONS })
      .optional()
      .describe('Requirements on labels, all of which must hold.'),
  })
    .describe(about)
    .meta({ 'x-kubernetes-map-type': 'atomic' });
}

function requirement() {
  const shape = section({
    key: name('a label key: [prefix/]name', LONGEST_LABEL_KEY, LABEL_KEY).describe('Key of the label.'),
    operator: oneOf(['In', 'NotIn', 'Exists', 'DoesNotExist']).describe(
      'In and NotIn need values, the others take none.',
    ),
    values: atomicList(labelValue(), 'label values', { most: MOST_EXPRESSION_VALUES })
      .optional()
      .describe('Values of In and NotIn.'),
  });
  return withRules(shape, [
    {
      rule: "self.operator in ['In','NotIn'] ? has(self.values) && self.values.size() > 0 : !has(self.values) || self.values.size() == 0",
      message: 'In and NotIn need values; Exists and DoesNotExist take none',
      holds: ({ operator, values = [] }) =>
        operator === 'In' || operator === 'NotIn' ? values.length > 0 : values.length === 0,
    },
  ]);
}

function labelValue() {
  const params = expected('a label value: at most 63 letters, digits, "-", "_" and "."; numbers in quotes');
  return z.string(params).max(LONGEST_LABEL_VALUE, params).regex(LABEL_VALUE, params);
}

function unanchored(pattern: string): string {
  return pattern.slice(1, -1);
}
