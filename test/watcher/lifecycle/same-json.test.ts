import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sameJson } from '../../../watcher/lifecycle/same-json.ts';

it.each([
  [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: 2 }, { a: 1 }, false],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
  [[], {}, false],
  [{}, [], false],
  [null, {}, false],
  [{ a: null }, { b: null }, false],
  ['1', 1, false],
])('%j and %j: %s', (a, b, same) => {
  expect(sameJson(a, b)).toBe(same);
});

it('agrees with a comparison of everything', () => {
  const values = fc.tuple(fc.jsonValue({ noUnicodeString: false }), fc.jsonValue());
  fc.assert(
    fc.property(values, ([a, b]) => {
      const [left, right] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))];
      expect(sameJson(left, right)).toBe(isDeepStrictEqual(left, right));
      expect(sameJson(left, JSON.parse(JSON.stringify(left)))).toBe(true);
    }),
  );
});
