import { type Clock, systemClock } from '../../../settings/ambient/clock.ts';
import { createClosableClock } from '../ambient/closable-clock.ts';
import type { Random } from '../ambient/ids.ts';
import type { LocalCluster } from '../cluster.ts';
import { crashLoop } from './crash-loop.ts';
import { drain } from './drain.ts';
import { failingHook } from './failing-hook.ts';
import { hooksPod } from './hooks-pod.ts';
import { nodeLoss } from './node-loss.ts';
import { nodePressure } from './node-pressure.ts';
import { outOfMemory } from './out-of-memory.ts';
import { rollout } from './rollout.ts';
import { scheduledJob } from './scheduled-job.ts';
import { sidecars } from './sidecars.ts';
import type { Stage } from './stage.ts';
import { statefulSet } from './stateful-set.ts';

/** What can be played on a cluster, for as long as nobody closes it. `summary`: one line for people. */
type Scenario = { readonly summary: string; readonly play: (stage: Stage) => Promise<never> };

/** By name, in the order in which they are listed. */
const SCENARIOS = {
  hooks: { summary: 'a Pod with both native hooks, deleted and made anew every half minute', play: hooksPod },
  'crash-loop': {
    summary: 'a container that ends with 1 after each start, at the back-off',
    play: crashLoop,
  },
  job: { summary: 'a Job a minute, every second time after an init container', play: scheduledJob },
  rollout: { summary: 'three Pods of a Deployment, replaced one by one a minute', play: rollout },
  'stateful-set': {
    summary: 'three Pods of a StatefulSet that come and go in order, under the same names',
    play: statefulSet,
  },
  sidecars: {
    summary: 'a Job a minute whose sidecar starts before it and is stopped after it',
    play: sidecars,
  },
  'oom-kill': { summary: 'a container that is killed for its memory again and again', play: outOfMemory },
  eviction: { summary: 'a Pod that is evicted by way of the API, as a drain does, a minute', play: drain },
  'node-pressure': {
    summary: 'a Pod that its node ends for want of memory, every two minutes',
    play: nodePressure,
  },
  'node-loss': {
    summary: 'a node loses its power: Pods not ready, marked for deletion, and gone with their node',
    play: nodeLoss,
  },
  'hook-failure': {
    summary: 'a postStart hook that fails, so that its container is killed',
    play: failingHook,
  },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof SCENARIOS;

export const SCENARIO_NAMES: readonly ScenarioName[] = Object.keys(SCENARIOS) as ScenarioName[];

/** One line about each, by name. */
export function scenarioSummaries(): readonly (readonly [ScenarioName, string])[] {
  return SCENARIO_NAMES.map((name) => [name, SCENARIOS[name].summary]);
}

/** Where their Pods live, and nobody else to begin with. */
export const SCENARIO_NAMESPACES: readonly string[] = ['shop', 'batch'];

/**
 * Plays scenarios beside each other.
 *
 * @param options `onFailure` is told which of them broke off, and why; the others go on.
 * @returns what ends them; their Pods stay as they are.
 */
export function playScenarios(
  cluster: LocalCluster,
  names: readonly ScenarioName[],
  {
    clock = systemClock,
    random = Math.random,
    onFailure,
  }: {
    readonly clock?: Clock;
    readonly random?: Random;
    readonly onFailure: (name: ScenarioName, error: unknown) => void;
  },
): { close(): void } {
  const closable = createClosableClock(clock);
  for (const namespace of SCENARIO_NAMESPACES) cluster.createNamespace(namespace);
  const stage: Stage = { cluster, clock: closable, random };
  for (const name of names) {
    SCENARIOS[name].play(stage).catch((error: unknown) => onFailure(name, error));
  }
  return { close: () => closable.close() };
}
