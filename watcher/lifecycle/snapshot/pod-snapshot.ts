import type { ContainerKind } from '../../../protocol/event/lifecycle-event.ts';
import type { PodAnnotations } from '../../../protocol/event/subscription-filter.ts';

/**
 * The few fields of a Pod that Offhook keeps. Everything else (env, args, commands, all other annotations, messages) is
 * dropped while the Pod is parsed, so it can never reach an event, the journal, a log or a metric.
 */
export type PodSnapshot = {
  /** What the Pod is keyed by: metadata.uid, or of a mirror Pod what {@link mirrorKey} derives. */
  readonly key: string;
  /** metadata.uid. */
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** What decides who is told of it, and is told to nobody. */
  readonly annotations: PodAnnotations;
  readonly owner: { readonly kind: string; readonly name: string } | null;
  /** A static Pod's shadow in the API: its deletion says nothing about its containers. */
  readonly mirror: boolean;
  /** A container has a postStart or preStop of Kubernetes' own, so Events of failed hooks may come. */
  readonly nativeHooks: boolean;
  readonly resourceVersion: string;
  /** When the kubelet acknowledged the Pod (`status.startTime`). */
  readonly acknowledgedAt: string | null;
  readonly deletion: PodDeletion | null;
  /** Reason of a DisruptionTarget condition that is True. */
  readonly disruption: string | null;
  /** In the order of the Pod status: init containers and sidecars, app containers, ephemeral ones. */
  readonly containers: readonly ContainerSnapshot[];
  /**
   * What of it cannot be what Kubernetes writes there, in words that quote nothing of it; then there are no containers.
   * Null when all could be read.
   */
  readonly unreadable: string | null;
};

export type PodDeletion = {
  /** `deletionTimestamp`: when the grace period ends; null when it is beyond the year 9999. */
  readonly timestamp: string | null;
  readonly gracePeriodSeconds: number | null;
};

export type ContainerSnapshot = {
  readonly name: string;
  readonly kind: ContainerKind;
  readonly image: string | null;
  readonly imageId: string | null;
  /** A hint, never identity: the kubelet may reset it. */
  readonly restartCount: number;
  /** Top-level containerID; while waiting it can be that of a dead run, or of one not started yet. */
  readonly containerId: string | null;
  readonly state: ContainerState;
  /** `lastState.terminated`. */
  readonly last: TerminatedState | null;
  /** Other entries of the same name in the status, the oldest first. A sound status has none. */
  readonly older: readonly ContainerSnapshot[];
};

export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string | null }
  | { readonly kind: 'running'; readonly startedAt: string | null }
  | TerminatedState;

export type TerminatedState = {
  readonly kind: 'terminated';
  /** null in synthetic states (`ContainerStatusUnknown`: the kubelet lost the container), and where none is shown. */
  readonly containerId: string | null;
  /** null when it is none that a process can have. */
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly reason: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
};
