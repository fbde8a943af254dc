import type { KnownContainer, KnownRun } from './known-pod.ts';
import type { ContainerFacts } from './transition.ts';

/** The container as an event about one of its runs names it. */
export function factsOfRun(container: KnownContainer, run: KnownRun, skippedRuns = 0): ContainerFacts {
  const { containerId: id, startedAt } = run;
  const facts = containerFacts(container);
  // Without a containerID the count is part of the identity: the run's own, whatever the status counts by now.
  const restartCount = id === null ? run.restartCount : facts.restartCount;
  return { ...facts, id, restartCount, skippedRuns, startedAt };
}

/** The container as an event that concerns no single run of it names it. */
export function containerFacts(container: KnownContainer): ContainerFacts {
  const { name, kind, image, imageId, restartCount } = container;
  return { name, kind, id: null, image, imageId, restartCount, skippedRuns: 0, startedAt: null };
}
