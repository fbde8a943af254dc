import type { PodAnnotations } from '../../protocol/event/subscription-filter.ts';
import type { PodFacts } from './known-pod.ts';
import type { PodDeletion } from './snapshot/pod-snapshot.ts';

/**
 * How a status was learned. `list`: found by comparing, so everything is learned late. `restoredList`: the same after the
 * API was put back to an earlier state, so it may show runs that were told long ago.
 */
export type Via = 'watch' | 'list' | 'restoredList';

export type ContainerContext = {
  readonly pod: PodFacts;
  readonly annotations: PodAnnotations;
  readonly via: Via;
  readonly deletion: PodDeletion | null;
  /** When the deletion was asked for, as first seen; null without one, or if it does not tell. */
  readonly deletionRequestedAt: string | null;
  readonly disruption: string | null;
  readonly acknowledgedAt: string | null;
};
