import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareResourceVersions,
  hasReached,
  isNewer,
  isOlder,
  positionBefore,
} from '../../../../watcher/source/api/resource-version.ts';

describe('compareResourceVersions', () => {
  it('orders as numbers up to 128 bits', () => {
    const version = fc.bigInt({ min: 1n, max: (1n << 128n) - 1n });
    fc.assert(
      fc.property(version, version, (a, b) => {
        const order = compareResourceVersions(String(a), String(b));
        expect(Math.sign(order ?? Number.NaN)).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it.each(['', '0', '01', '-1', '1e3', '12a', ' 1', '1'.repeat(40)])('cannot order %j', (odd) => {
    expect(compareResourceVersions(odd, '5')).toBeNull();
    expect(compareResourceVersions('5', odd)).toBeNull();
    expect(compareResourceVersions(odd, odd)).toBe(0);
  });
});

describe('positionBefore', () => {
  it.each([
    ['101', '100'],
    ['1000', '999'],
    ['1', '0'],
    [String(1n << 64n), String((1n << 64n) - 1n)],
    ['abc', null],
    ['0', null],
  ])('of %s is %s', (version, before) => {
    expect(positionBefore(version)).toBe(before);
  });
});

describe('what cannot be ordered', () => {
  it('is news when different, and is never older or reached', () => {
    expect(isNewer('abc', 'abd')).toBe(true);
    expect(isNewer('abc', 'abc')).toBe(false);
    expect(isOlder('abc', 'abd')).toBe(false);
    expect(hasReached('abc', 'abd')).toBe(false);
    expect(hasReached('abc', 'abc')).toBe(true);
  });
});
