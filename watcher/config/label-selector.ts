import * as z from 'zod';
import { expectedUnseen } from '../../settings/expected.ts';

const MOST_LABELS = 64;
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

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
        if (keys.length > MOST_LABELS) context.addIssue(`expected at most ${MOST_LABELS} labels`);
        for (const key of keys) {
          if (!isLabelKey(key)) context.addIssue({ code: 'custom', path: [key], message: KEY_RULE });
        }
      },
      // Also when a value is wrong: all faults come at once.
      { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
    )
    .meta({ minProperties: 1, maxProperties: MOST_LABELS, examples: [{ app: 'checkout' }] });
}

function labelValue() {
  return z
    .string({
      error: ({ input }) =>
        typeof input === 'number' || typeof input === 'boolean'
          ? `label values are text; write it in quotes: "${input}"`
          : 'expected the text of a label value',
    })
    .refine((value) => value === '' || NAME.test(value), { error: VALUE_RULE })
    .meta({ anyOf: [{ const: '' }, { pattern: NAME.source }] });
}

function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  return (
    NAME.test(key.slice(slash + 1)) && (prefix === undefined || (prefix.length <= 253 && PREFIX.test(prefix)))
  );
}
