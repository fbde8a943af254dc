import { expect, test } from 'vitest';
import { describeError, errorCodeOf, messageOf } from '../../../settings/ambient/describe-error.ts';

test.each<[string, unknown, string, string]>([
  ['an error', new Error('gone'), 'gone', 'gone'],
  ['an error with a name', new RangeError('too long'), 'too long', 'RangeError: too long'],
  ['an error with a cause', new Error('a', { cause: new TypeError('b') }), 'a', 'a (TypeError: b)'],
  ['a text', 'gone', 'gone', 'gone'],
  ['nothing', undefined, 'undefined', 'undefined'],
  ['lines', new Error('one\n  two'), 'one\n  two', 'one two'],
])('%s is said bare, and described', (_, thrown, message, description) => {
  expect(messageOf(thrown)).toBe(message);
  expect(describeError(thrown)).toBe(description);
});

test('a description has at most 300 characters', () => {
  expect(describeError(new Error('x'.repeat(1_000)))).toHaveLength(300);
});

test.each<[string, unknown, string | undefined]>([
  ['an error of the system', Object.assign(new Error('gone'), { code: 'ENOENT' }), 'ENOENT'],
  ['a code that is a number', Object.assign(new Error('gone'), { code: 7 }), '7'],
  ['an error without a code', new Error('gone'), undefined],
  ['what only looks like an error', { code: 'ENOENT' }, undefined],
])('the code of %s', (_, thrown, code) => {
  expect(errorCodeOf(thrown)).toBe(code);
});
