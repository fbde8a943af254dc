import { expect, test } from 'vitest';
import { readTraceparent } from '../../../protocol/http/traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

test.each([
  `00-${TRACE}-${PARENT}-01`,
  `00-${TRACE}-${PARENT}-00`,
  `00-${TRACE}-${PARENT}-ff`,
  `00-${'0'.repeat(31)}1-${'0'.repeat(15)}1-00`,
])('%s is one', (value) => {
  expect(readTraceparent(value)).toBe(value);
});

test.each([
  ['nothing', null],
  ['an empty text', ''],
  ['a number', 7],
  ['a list', [`00-${TRACE}-${PARENT}-01`]],
  ['a later version', `01-${TRACE}-${PARENT}-01`],
  ['the version that is none', `ff-${TRACE}-${PARENT}-01`],
  ['what comes after', `00-${TRACE}-${PARENT}-01-more`],
  ['a line end', `00-${TRACE}-${PARENT}-01\n`],
  ['a space before it', ` 00-${TRACE}-${PARENT}-01`],
  ['two joined by a proxy', `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`],
  ['capitals', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
  ['a trace of all zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
  ['a parent of all zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['a short trace', `00-${TRACE.slice(1)}-${PARENT}-01`],
  ['a long parent', `00-${TRACE}-${PARENT}0-01`],
  ['no flags', `00-${TRACE}-${PARENT}`],
])('with %s there is none', (_, value) => {
  expect(readTraceparent(value)).toBeNull();
});
