import { describe, expect, it } from 'vitest';
import { REGRESSIONS } from './regression-seeds.ts';
import { simulate } from './simulate.ts';

describe('worlds that once broke a promise', () => {
  const numbered = REGRESSIONS.map((regression, index) => ({ ...regression, number: index + 1 }));
  it.each(numbered)('regression $number: $bug', async ({ plan }) => {
    expect((await simulate(plan)).violations).toEqual([]);
  });
});
