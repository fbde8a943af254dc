import type { ContainerKind, Observation, StopTrigger } from '../../protocol/event/lifecycle-event.ts';
import type { PodAnnotations } from '../../protocol/event/subscription-filter.ts';
import type { PodFacts } from './known-pod.ts';

/** One lifecycle event before it has an id, a sequence and bytes. */
export type Transition = TransitionFacts & TransitionKind;

type TransitionFacts = {
  readonly observation: Observation;
  /** When it happened by Kubernetes' own fields (RFC 3339, whole seconds); null: only known to be before now. */
  readonly time: string | null;
  readonly pod: PodFacts;
  /** Of the Pod, for who is told of the event; the event itself does not tell them. */
  readonly annotations: PodAnnotations;
  readonly container: ContainerFacts;
};

export type ContainerFacts = {
  readonly name: string;
  readonly kind: ContainerKind;
  /** containerID of the run; null when the event is not about one run. */
  readonly id: string | null;
  readonly image: string | null;
  readonly imageId: string | null;
  readonly restartCount: number;
  readonly skippedRuns: number;
  readonly startedAt: string | null;
};

export type TransitionKind =
  | { readonly hook: 'preStart' }
  | { readonly hook: 'postStart' }
  | { readonly hook: 'preStop'; readonly stop: StopFacts }
  | { readonly hook: 'postStop'; readonly exit: ExitFacts; readonly amends: boolean }
  | {
      readonly hook: 'hookFailed';
      readonly failed: 'postStart' | 'preStop';
      /** The kubelet's Event and how often it had occurred: the identity of a failed hook. */
      readonly event: { readonly uid: string; readonly count: number };
    };

export type StopFacts = {
  readonly trigger: StopTrigger;
  readonly reason: string | null;
  readonly gracePeriodSeconds: number | null;
  readonly deadline: string | null;
};

export type ExitFacts = {
  readonly code: number | null;
  readonly signal: number | null;
  readonly reason: string | null;
  readonly finishedAt: string | null;
};

/** An end nobody saw: no exit code, no time. */
export const UNKNOWN_EXIT: ExitFacts = { code: null, signal: null, reason: null, finishedAt: null };
