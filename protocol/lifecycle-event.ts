import * as z from 'zod/mini';
import { EVENT_ID_PATTERN } from './event-id.ts';
import { EVENT_TYPE } from './event-type.ts';

/**
 * The event as it travels: a CloudEvents 1.0 envelope (structured JSON mode) around the data of one hook.
 * Unknown attributes and fields are accepted and kept, so that an older receiver reads a newer watcher.
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

/** RFC 3339 in UTC with exactly three fraction digits, as the wire requires. */
const instant = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
/** Kubernetes `metav1.Time`: RFC 3339, whole seconds; null where the kubelet does not know. */
const kubernetesTime = z.nullable(z.string());

const cluster = z.looseObject({ name: z.string(), uid: z.string() });

const pod = z.looseObject({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  node: z.nullable(z.string()),
  labels: z.record(z.string(), z.string()),
  owner: z.nullable(z.looseObject({ kind: z.string(), name: z.string() })),
});

const container = z.looseObject({
  name: z.string(),
  kind: z.enum(CONTAINER_KINDS),
  id: z.nullable(z.string()),
  image: z.nullable(z.string()),
  imageId: z.nullable(z.string()),
  restartCount: z.number(),
  skippedRuns: z.number(),
  startedAt: kubernetesTime,
});

const stop = z.looseObject({
  trigger: z.enum(STOP_TRIGGERS),
  /** Reason of the DisruptionTarget condition, for example `EvictionByEvictionAPI`. */
  reason: z.nullable(z.string()),
  gracePeriodSeconds: z.nullable(z.number()),
  /** First deletionTimestamp seen; it can move later, the first one is kept. */
  deadline: kubernetesTime,
});

const exit = z.looseObject({
  /** null when nobody knows. */
  code: z.nullable(z.number()),
  signal: z.nullable(z.number()),
  reason: z.nullable(z.string()),
  finishedAt: kubernetesTime,
});

const containerData = {
  observation: z.enum(OBSERVATIONS),
  cluster,
  pod,
  container,
  /** Present when labels were cut to keep the event small. */
  truncated: z.optional(z.boolean()),
};

const envelope = {
  specversion: z.literal('1.0'),
  id: z.string().check(z.regex(EVENT_ID_PATTERN)),
  source: z.string().check(z.regex(/^urn:offhook:cluster:.+$/)),
  subject: z.string(),
  time: instant,
  /** Repeats `time`; Standard Webhooks names the field so. */
  timestamp: instant,
  datacontenttype: z.literal('application/json'),
  dataschema: z.string(),
  partitionkey: z.string().check(z.minLength(1), z.maxLength(128)),
  /** Grows by one per event of a watcher's journal; 16 digits. */
  sequence: z.string().check(z.regex(/^\d{16}$/)),
};

function containerEvent<T extends string, D extends Record<string, z.ZodMiniType>>(type: T, data: D) {
  return z.looseObject({
    ...envelope,
    type: z.literal(type),
    data: z.looseObject({ ...containerData, ...data }),
  });
}

const preStart = containerEvent(EVENT_TYPE.preStart, { hook: z.literal('preStart') });
const postStart = containerEvent(EVENT_TYPE.postStart, { hook: z.literal('postStart') });
const preStop = z.looseObject({
  ...containerEvent(EVENT_TYPE.preStop, { hook: z.literal('preStop'), stop }).shape,
  expirytime: z.optional(instant),
});
const postStop = containerEvent(EVENT_TYPE.postStop, { hook: z.literal('postStop'), exit });
const postStopAmended = containerEvent(EVENT_TYPE.postStopAmended, {
  hook: z.literal('postStop'),
  exit,
  /** Id of the event whose facts these better ones replace. */
  amends: z.string(),
});
const hookFailed = containerEvent(EVENT_TYPE.hookFailed, {
  hook: z.literal('hookFailed'),
  failed: z.enum(['postStart', 'preStop']),
  /** The kubelet's Event that told it, and how often it had occurred then: the identity of the failure. */
  event: z.looseObject({ uid: z.string(), count: z.number() }),
});

const edge = z.looseObject({ resourceVersion: z.nullable(z.string()), time: z.nullable(instant) });

const gap = z.looseObject({
  ...envelope,
  type: z.literal(EVENT_TYPE.gap),
  data: z.looseObject({
    hook: z.literal('gap'),
    cluster,
    /** Last moment whose history is known, and the moment from which it is known again. */
    from: edge,
    to: edge,
    /** `expired`: resume point gone (HTTP 410); `epochChanged`: resourceVersion went back; `journalLost`. */
    why: z.enum(['expired', 'epochChanged', 'journalLost']),
  }),
});

const disabled = z.looseObject({
  ...envelope,
  type: z.literal(EVENT_TYPE.disabled),
  data: z.looseObject({
    hook: z.literal('disabled'),
    cluster,
    subscription: z.string(),
    /** Why the receiver's answer ended the subscription, for example `410 Gone`. */
    why: z.string(),
    deadLetters: z.number(),
  }),
});

export const lifecycleEventSchema = z.discriminatedUnion('type', [
  preStart,
  postStart,
  preStop,
  postStop,
  postStopAmended,
  hookFailed,
  gap,
  disabled,
]);

export type PreStartEvent = z.infer<typeof preStart>;
export type PostStartEvent = z.infer<typeof postStart>;
export type PreStopEvent = z.infer<typeof preStop>;
export type PostStopEvent = z.infer<typeof postStop>;
export type PostStopAmendedEvent = z.infer<typeof postStopAmended>;
export type HookFailedEvent = z.infer<typeof hookFailed>;
export type GapEvent = z.infer<typeof gap>;
export type DisabledEvent = z.infer<typeof disabled>;

/** Any event Offhook sends. */
export type LifecycleEvent = z.infer<typeof lifecycleEventSchema>;
/** The events that concern one container. */
export type ContainerEvent = Exclude<LifecycleEvent, GapEvent | DisabledEvent>;
