import type { Plan } from './plan.ts';
import { type SimulationOptions, simulate } from './simulate.ts';

/**
 * Leaves actions out of a failing plan for as long as the same validator still fails: first large parts, then single
 * ones.
 *
 * @param mostRuns upper limit of simulations; the smallest plan found until then is returned.
 */
export async function shrink(plan: Plan, options: SimulationOptions = {}, mostRuns = 300): Promise<Plan> {
  const wanted = new Set((await simulate(plan, options)).violations.map(({ validator }) => validator));
  let smallest = plan;
  let runs = 0;

  async function stillFails(candidate: Plan): Promise<boolean> {
    runs += 1;
    const { violations } = await simulate(candidate, options);
    return violations.some(({ validator }) => wanted.has(validator));
  }

  for (
    let size = Math.ceil(plan.actions.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < smallest.actions.length && runs < mostRuns; ) {
      const actions = smallest.actions.toSpliced(at, size);
      const candidate = { ...smallest, actions };
      if (await stillFails(candidate)) smallest = candidate;
      else at += size;
    }
  }
  return smallest;
}
