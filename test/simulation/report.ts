import type { Plan } from './plan.ts';
import type { SimulationResult } from './simulate.ts';

const MOST_LINES = 400;

/** A failed world for people: what was promised and not kept, what had to happen for it, and what happened. */
export function describeFailure(plan: Plan, { violations, trace }: SimulationResult): string {
  const server = `watch-list ${plan.server.watchList ? 'on' : 'off'}, pages of ${plan.server.pageSize}`;
  return [
    `seed ${plan.seed} fails; ${plan.actions.length} actions are left (${server}):`,
    ...plan.actions.map((action) => `  ${JSON.stringify(action)}`),
    ...violations.map(({ validator, what }) => `  ${validator}: ${what}`),
    'what happened (seconds):',
    ...trace.slice(-MOST_LINES),
  ].join('\n');
}
