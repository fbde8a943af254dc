import { describe, expect, it } from 'vitest';
import { runSeed } from './seeds.ts';

const FROM = 101;
const SEEDS = 100;
/** Ten seeds take a second; a failing one is made smaller first. */
const DEADLINE_MS = 120_000;

describe('promises over simulated histories', () => {
  const tens = Array.from({ length: SEEDS / 10 }, (_, index) => FROM + index * 10);
  it.each(tens)(
    'hold for ten seeds from %i',
    async (from) => {
      for (let seed = from; seed < from + 10; seed += 1) expect(await runSeed(seed)).toBeNull();
    },
    DEADLINE_MS,
  );
});
