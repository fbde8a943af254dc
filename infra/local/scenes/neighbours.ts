import type { LocalCluster } from '../cluster.ts';
import { playScenarios, SCENARIO_NAMESPACES, type ScenarioName } from './scenarios.ts';

/** Where the neighbours live, and nobody else to begin with. */
export const NEIGHBOUR_NAMESPACES = SCENARIO_NAMESPACES;

const NEIGHBOURS: readonly ScenarioName[] = ['crash-loop', 'job', 'rollout'];

/**
 * Lets a few other Pods live beside those that people look at: a crash loop, a Job a minute and a Deployment that is
 * rolled out a minute. At most ten Pods at a time, for as long as nobody closes it.
 *
 * @param options `onFailure` is told which of them broke off, and why; the others go on.
 * @returns what ends them; their Pods stay as they are.
 */
export function startNeighbours(
  cluster: LocalCluster,
  options: Parameters<typeof playScenarios>[2],
): { close(): void } {
  return playScenarios(cluster, NEIGHBOURS, options);
}
