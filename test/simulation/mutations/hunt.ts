import { generatePlan } from '../generate-plan.ts';
import type { Mutation } from '../mutation.ts';
import { simulate } from '../simulate.ts';
import type { ValidatorName } from '../validators/violation.ts';

export type Hunt = {
  /** The first seed in which one of the mutation's own validators fails; null when none did. */
  readonly seed: number | null;
  /** Validators that failed in that seed. */
  readonly caughtBy: readonly ValidatorName[];
};

/** Simulates seed after seed with the mistake in place until a validator that should see it does. */
export async function hunt(mutation: Mutation, seeds: number, from = 1): Promise<Hunt> {
  for (let seed = from; seed < from + seeds; seed += 1) {
    const { violations } = await simulate(generatePlan(seed), { mutation });
    const caughtBy = [...new Set(violations.map(({ validator }) => validator))];
    if (caughtBy.some((validator) => mutation.caughtBy.includes(validator))) return { seed, caughtBy };
  }
  return { seed: null, caughtBy: [] };
}
