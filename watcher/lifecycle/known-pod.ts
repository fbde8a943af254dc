import type { ContainerKind } from '../../protocol/event/lifecycle-event.ts';
import type { PodAnnotations } from '../../protocol/event/subscription-filter.ts';
import type { PodDeletion, PodSnapshot } from './snapshot/pod-snapshot.ts';

/**
 * What the watcher remembers of a Pod between two observations: all that the state machine reads, and the facts an
 * event needs if the Pod vanishes. Plain JSON, stored in the journal in the same transaction as the events.
 */
export type KnownPod = {
  readonly pod: PodFacts;
  /** As last seen. Apart from `pod`, all of which events tell. */
  readonly annotations: PodAnnotations;
  readonly mirror: boolean;
  /** metadata.uid as last seen: of a mirror Pod not its key. */
  readonly apiUid: string;
  readonly nativeHooks: boolean;
  /** It is gone and told so; kept for a while, because an Event about its last moments can come late. */
  readonly departed: boolean;
  /** When a mirror Pod left the API (milliseconds since 1970); it usually comes back at once. */
  readonly goneSinceMs: number | null;
  /** As the Pod shows it now; null again when it was withdrawn (etcd restored). */
  readonly deletion: PodDeletion | null;
  /**
   * When this deletion was asked for, as first seen (RFC 3339): shortening the grace period moves the end, and not this;
   * the kubelet's own delete at the end would move it.
   */
  readonly deletionRequestedAt: string | null;
  readonly disruption: string | null;
  readonly containers: readonly KnownContainer[];
};

/** The Pod as events name it; `uid` is its key. */
export type PodFacts = Pick<PodSnapshot, 'uid' | 'namespace' | 'name' | 'node' | 'labels' | 'owner'>;

export type KnownContainer = {
  readonly name: string;
  readonly kind: ContainerKind;
  readonly image: string | null;
  readonly imageId: string | null;
  readonly restartCount: number;
  /** preStart was emitted, or its moment has passed. */
  readonly announced: boolean;
  /** Index (by restartCount) of the newest run accounted for; -1 before the first. */
  readonly accounted: number;
  /** The newest runs, oldest first; see {@link RUNS_KEPT}. */
  readonly runs: readonly KnownRun[];
  /** The Killing Event that was taken for a preStop last, as `<Event UID>/<count>`: it says so once. */
  readonly lastKilling: string | null;
};

export type KnownRun = {
  /** null on nodes that show none: the run is told apart by `restartCount` and `startedAt` then. */
  readonly containerId: string | null;
  /** Its index by restartCount when it was first seen. A hint, and part of its identity without a containerID. */
  readonly restartCount: number;
  /** As first shown: without a containerID it must not change, or the identity would. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** preStop was emitted. */
  readonly stopping: boolean;
  /**
   * `unknown`: its end was told without a trustworthy exit code. `revived`: it was shown running again after that, so
   * the end was made up; it is alive, and its true end will amend what was told.
   */
  readonly end: 'alive' | 'known' | 'unknown' | 'revived';
};

/**
 * A status shows two runs at most (`state` and `lastState`); the others are there for an API that was put back to an
 * earlier state, and for Events that come late.
 */
export const RUNS_KEPT = 5;

/** The run that is alive now, if any: only the newest can be. */
export function aliveRun(container: KnownContainer): KnownRun | null {
  return container.runs.find(isAlive) ?? null;
}

export function isAlive({ end }: KnownRun): boolean {
  return end === 'alive' || end === 'revived';
}
