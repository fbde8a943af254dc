import type { PodDeletion } from './snapshot/pod-snapshot.ts';
import type { StopFacts } from './transition.ts';

/** Why and until when a live run is being ended, from what the Pod says. */
export function stopFacts(pod: {
  readonly deletion: PodDeletion | null;
  readonly disruption: string | null;
}): StopFacts {
  const { deletion, disruption } = pod;
  const trigger = disruption !== null ? 'evicted' : deletion ? 'podDeleted' : 'killing';
  return {
    trigger,
    reason: disruption,
    gracePeriodSeconds: deletion?.gracePeriodSeconds ?? null,
    deadline: deletion?.timestamp ?? null,
  };
}
