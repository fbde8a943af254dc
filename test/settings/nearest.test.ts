import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../settings/nearest.ts';

test.each([
  ['', '', 0],
  ['webook', 'webhook', 1],
  ['prot', 'port', 1],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
])('from %j to %j: %i edits', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits);
});

test('the distance is symmetric, zero only for equal words, and at most the longer word', () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const edits = editDistance(a, b);
      expect(edits).toBe(editDistance(b, a));
      expect(edits === 0).toBe(a === b);
      expect(edits).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

test('takes the nearest, whatever the case, and nothing when all are far', () => {
  expect(nearest('SECRETFILE', ['secretEnv', 'secretFile'])).toBe('secretFile');
  expect(nearest('banana', ['url', 'name', 'hooks'])).toBeUndefined();
});

test('does not measure a name too long to be a slip', () => {
  expect(nearest('x'.repeat(65), ['x'.repeat(64)])).toBeUndefined();
});
