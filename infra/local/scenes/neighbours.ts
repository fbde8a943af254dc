import { type Clock, systemClock } from '../../../settings/ambient/clock.ts';
import { createClosableClock } from '../ambient/closable-clock.ts';
import type { Random } from '../ambient/ids.ts';
import type { LocalCluster } from '../cluster.ts';
import { crashLoop } from './crash-loop.ts';
import { rollout } from './rollout.ts';
import { scheduledJob } from './scheduled-job.ts';
import type { Stage } from './stage.ts';

/** Where the neighbours live, and nobody else to begin with. */
export const NEIGHBOUR_NAMESPACES: readonly string[] = ['shop', 'batch'];

const SCENES: Readonly<Record<string, (stage: Stage) => Promise<never>>> = {
  'crash loop': crashLoop,
  job: scheduledJob,
  rollout,
};

/**
 * Lets a few other Pods live beside those that people look at: a crash loop, a Job a minute and a Deployment that is
 * rolled out a minute. At most ten Pods at a time, for as long as nobody closes it.
 *
 * @param options `onFailure` is told which of them broke off, and why; the others go on.
 * @returns what ends them; their Pods stay as they are.
 */
export function startNeighbours(
  cluster: LocalCluster,
  {
    clock = systemClock,
    random = Math.random,
    onFailure,
  }: {
    readonly clock?: Clock;
    readonly random?: Random;
    readonly onFailure: (scene: string, error: unknown) => void;
  },
): { close(): void } {
  const closable = createClosableClock(clock);
  for (const namespace of NEIGHBOUR_NAMESPACES) cluster.createNamespace(namespace);
  const stage: Stage = { cluster, clock: closable, random };
  for (const [name, scene] of Object.entries(SCENES)) {
    scene(stage).catch((error: unknown) => onFailure(name, error));
  }
  return { close: () => closable.close() };
}
