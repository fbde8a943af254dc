import * as z from 'zod';
import { expectedUnseen } from '../../../settings/expected.ts';
import { section } from '../../../settings/section.ts';
import {
  HEADER_NAME_PATTERN,
  HEADER_VALUE_PATTERN,
  HEADERS,
  isReservedHeader,
  RESERVED_HEADER_PREFIXES,
  RESERVED_HEADERS,
} from '../../config/subscription-bounds.ts';
import { name } from './field-forms.ts';
import { withRules } from './field-rule.ts';
import { secretReference } from './secret-reference.ts';

/** Headers that go with every request. */
export function headersSpec() {
  const { listed } = HEADERS;
  return z
    .array(headerSpec(), expectedUnseen('a list of headers, each with name and value or secretRef'))
    .max(listed, { error: `expected at most ${listed} headers` })
    .refine((headers) => new Set(headers.map((each) => each.name)).size === headers.length, {
      error: 'header names must not repeat',
    })
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .describe('Headers that go with every request.');
}

function headerSpec() {
  const { longestValue } = HEADERS;
  const value = expectedUnseen(`at most ${longestValue} characters of printable ASCII`);
  const shape = section({
    name: headerName(),
    value: z
      .string(value)
      .max(longestValue, value)
      .regex(HEADER_VALUE_PATTERN, value)
      .optional()
      .describe('Value, for one that is no secret.'),
    secretRef: secretReference('Value from a Secret key.').optional(),
  });
  return withRules(shape, [
    {
      rule: 'has(self.value) != has(self.secretRef)',
      message: 'exactly one of value and secretRef',
      holds: (header) => (header.value !== undefined) !== (header.secretRef !== undefined),
    },
  ]);
}

function headerName() {
  const reserved = RESERVED_HEADERS.map((each) => `'${each}'`).join(',');
  const prefixes = RESERVED_HEADER_PREFIXES.map(
    (prefix) => ` && !self.lowerAscii().startsWith('${prefix}')`,
  ).join('');
  const text = name('a header: letters, digits and "-"', HEADERS.longestName, HEADER_NAME_PATTERN);
  return withRules(text, [
    {
      rule: `!(self.lowerAscii() in [${reserved}])${prefixes}`,
      message: 'this header is set by Offhook',
      holds: (header) => !isReservedHeader(header),
    },
  ]).describe('Name of the header.');
}
