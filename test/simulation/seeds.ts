import { generatePlan } from './generate-plan.ts';
import { describeFailure } from './report.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

/**
 * Simulates one seed.
 *
 * @returns null, or the report of its smallest failing plan.
 */
export async function runSeed(seed: number): Promise<string | null> {
  const plan = generatePlan(seed);
  const { violations } = await simulate(plan);
  if (violations.length === 0) return null;
  const smallest = await shrink(plan);
  return describeFailure(smallest, await simulate(smallest, { trace: true }));
}
