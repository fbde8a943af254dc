import type { EVENT_TYPE } from './event-type.ts';

/**
 * The event as it travels: a CloudEvents 1.0 envelope (structured JSON mode) around the data of one hook.
 * `event-schema.ts` checks it; a receiver keeps attributes and fields that are not named here.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */

/** How an event was learned; never claims more than was observed. */
export const OBSERVATIONS = ['status', 'event', 'recovered', 'inferred'] as const;
export type Observation = (typeof OBSERVATIONS)[number];

export const CONTAINER_KINDS = ['app', 'init', 'sidecar', 'ephemeral'] as const;
export type ContainerKind = (typeof CONTAINER_KINDS)[number];

/** Why a live run is being ended. `evicted`: the Pod carries a DisruptionTarget condition. */
export const STOP_TRIGGERS = ['podDeleted', 'evicted', 'killing', 'vanished'] as const;
export type StopTrigger = (typeof STOP_TRIGGERS)[number];

/** Why a history has a hole. `expired`: resume point gone (HTTP 410); `epochChanged`: resourceVersion went back. */
export const GAP_REASONS = ['expired', 'epochChanged', 'journalLost'] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** The native hooks whose failure the kubelet tells. */
export const NATIVE_HOOKS = ['postStart', 'preStop'] as const;

/** @property uid of the namespace kube-system, which identifies a cluster; `name` is what its operator calls it. */
export type ClusterRef = { readonly name: string; readonly uid: string };

/**
 * @property node null until the Pod is bound.
 * @property labels of the Pod; cut, the largest first, where the event would be too large.
 * @property owner the controller, a ReplicaSet named by its own name.
 */
export type PodRef = {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly owner: { readonly kind: string; readonly name: string } | null;
};

/**
 * One run of a container.
 *
 * @property id as `containerd://…`; null before there is one.
 * @property restartCount of this run, as the kubelet counts.
 * @property skippedRuns runs between the last one that was seen and this one, of which nothing is known.
 * @property startedAt RFC 3339, whole seconds, by the kubelet's clock.
 */
export type ContainerRef = {
  readonly name: string;
  readonly kind: ContainerKind;
  readonly id: string | null;
  readonly image: string | null;
  readonly imageId: string | null;
  readonly restartCount: number;
  readonly skippedRuns: number;
  readonly startedAt: string | null;
};

/**
 * @property reason of the DisruptionTarget condition, for example `EvictionByEvictionAPI`.
 * @property deadline first deletionTimestamp seen, RFC 3339; it can move later, the first one is kept.
 */
export type Stop = {
  readonly trigger: StopTrigger;
  readonly reason: string | null;
  readonly gracePeriodSeconds: number | null;
  readonly deadline: string | null;
};

/**
 * How a run ended.
 *
 * @property code null when nobody knows.
 * @property reason for example `Completed`, `Error`, `OOMKilled`.
 * @property finishedAt RFC 3339, whole seconds, by the kubelet's clock.
 */
export type Exit = {
  readonly code: number | null;
  readonly signal: number | null;
  readonly reason: string | null;
  readonly finishedAt: string | null;
};

/** @property truncated present when labels were cut to keep the event small. */
type ContainerData = {
  readonly observation: Observation;
  readonly cluster: ClusterRef;
  readonly pod: PodRef;
  readonly container: ContainerRef;
  readonly truncated?: boolean | undefined;
};

/**
 * @property id the same for the same transition, from whichever watcher, however often it is sent.
 * @property source `urn:offhook:cluster:` and the cluster's UID.
 * @property time RFC 3339 in UTC with milliseconds: when it was seen.
 * @property timestamp repeats `time`; Standard Webhooks names the field so.
 * @property partitionkey the same for all events of one container.
 * @property sequence grows by one per event of a watcher's journal; 16 digits.
 */
type CloudEvent<Type extends keyof typeof EVENT_TYPE, Data> = {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly subject: string;
  readonly type: (typeof EVENT_TYPE)[Type];
  readonly time: string;
  readonly timestamp: string;
  readonly datacontenttype: 'application/json';
  readonly dataschema: string;
  readonly partitionkey: string;
  readonly sequence: string;
  readonly data: Data;
};

export type PreStartEvent = CloudEvent<'preStart', ContainerData & { readonly hook: 'preStart' }>;
export type PostStartEvent = CloudEvent<'postStart', ContainerData & { readonly hook: 'postStart' }>;
/** @property expirytime when the Pod is killed, after which there is nothing left to prepare. */
export type PreStopEvent = CloudEvent<
  'preStop',
  ContainerData & { readonly hook: 'preStop'; readonly stop: Stop }
> & { readonly expirytime?: string | undefined };
export type PostStopEvent = CloudEvent<
  'postStop',
  ContainerData & { readonly hook: 'postStop'; readonly exit: Exit }
>;
/** Better facts about a run's end. `amends`: id of the event whose facts these replace. */
export type PostStopAmendedEvent = CloudEvent<
  'postStopAmended',
  ContainerData & { readonly hook: 'postStop'; readonly exit: Exit; readonly amends: string }
>;
/**
 * A native hook failed. `event`: the kubelet's Event that told it, and how often it had occurred then, which is the
 * identity of the failure.
 */
export type HookFailedEvent = CloudEvent<
  'hookFailed',
  ContainerData & {
    readonly hook: 'hookFailed';
    readonly failed: (typeof NATIVE_HOOKS)[number];
    readonly event: { readonly uid: string; readonly count: number };
  }
>;

/** A moment of a cluster's history. */
type Edge = { readonly resourceVersion: string | null; readonly time: string | null };

/**
 * A stretch of which nothing is known: `from` is the last moment known, `to` the one from which it is known again.
 * `namespace`: the one that is concerned; absent: any that the watcher follows. No part of the id.
 */
export type GapEvent = CloudEvent<
  'gap',
  {
    readonly hook: 'gap';
    readonly cluster: ClusterRef;
    readonly from: Edge;
    readonly to: Edge;
    readonly why: GapReason;
    readonly namespace?: string | undefined;
  }
>;
/** A subscription has ended. `why`: the receiver's answer that did it, for example `410 Gone`. */
export type DisabledEvent = CloudEvent<
  'disabled',
  {
    readonly hook: 'disabled';
    readonly cluster: ClusterRef;
    readonly subscription: string;
    readonly why: string;
    readonly deadLetters: number;
  }
>;

/** Any event Offhook sends; `type` and `data.hook` tell them apart. */
export type LifecycleEvent =
  | PreStartEvent
  | PostStartEvent
  | PreStopEvent
  | PostStopEvent
  | PostStopAmendedEvent
  | HookFailedEvent
  | GapEvent
  | DisabledEvent;
/** The events that concern one container. */
export type ContainerEvent = Exclude<LifecycleEvent, GapEvent | DisabledEvent>;
