import type { ContainerKind } from '../../protocol/lifecycle-event.ts';
import type { PodDeletion, PodSnapshot } from './pod-snapshot.ts';

/**
 * What the watcher remembers of a Pod between two observations: all that the state machine reads, and the facts an
 * event needs if the Pod vanishes. Plain JSON, stored in the journal in the same transaction as the events.
 */
export type KnownPod = {
  readonly pod: PodFacts;
  readonly mirror: boolean;
  /** When a mirror Pod left the API (milliseconds since 1970); it usually comes back at once. */
  readonly goneSinceMs: number | null;
  /** The first deletion seen; the kubelet may move the timestamp back later. */
  readonly deletion: PodDeletion | null;
  readonly disruption: string | null;
  readonly containers: readonly KnownContainer[];
};

/** The Pod as events name it; `uid` is its key: of a mirror Pod the static Pod's own UID, as the kubelet knows it. */
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
};

export type KnownRun = {
  readonly containerId: string;
  readonly startedAt: string | null;
  /** preStop was emitted. */
  readonly stopping: boolean;
  /** `unknown`: ended, but without a trustworthy exit code. */
  readonly end: 'alive' | 'known' | 'unknown';
};

/** A status shows two runs at most (`state` and `lastState`); one more guards against an older view of them. */
export const RUNS_KEPT = 3;

/** The run that is alive now, if any: only the newest can be. */
export function aliveRun(container: KnownContainer): KnownRun | null {
  return container.runs.find((run) => run.end === 'alive') ?? null;
}
