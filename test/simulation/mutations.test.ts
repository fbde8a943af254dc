import { afterAll, describe, expect, it } from 'vitest';
import { type Hunt, hunt } from './mutations/hunt.ts';
import { MUTATIONS } from './mutations/mutations.ts';
import { VALIDATOR_NAMES } from './validators/violation.ts';

/** So many seeds a mistake may hide in. */
const SEEDS = 60;
/** Sixty seeds take eight seconds on an idle core. */
const DEADLINE_MS = 120_000;

describe('mistakes in the product', () => {
  const found = new Map<string, Hunt>();

  it.each(MUTATIONS)(
    '$name is caught: $mistake',
    async (mutation) => {
      const result = await hunt(mutation, SEEDS);
      found.set(mutation.name, result);
      expect(result.caughtBy.filter((validator) => mutation.caughtBy.includes(validator))).not.toEqual([]);
    },
    DEADLINE_MS,
  );

  it('make each validator fail', () => {
    const failed = new Set([...found.values()].flatMap(({ caughtBy }) => caughtBy));
    expect([...failed].toSorted()).toEqual(VALIDATOR_NAMES.toSorted());
  });

  afterAll(() => {
    const rows = [...found].map(
      ([name, { seed, caughtBy }]) =>
        `${name.padEnd(26)} seed ${String(seed).padStart(3)}  ${caughtBy.join(', ')}`,
    );
    console.log(`mutation, first seed that shows it, validators that failed\n${rows.join('\n')}`);
  });
});
