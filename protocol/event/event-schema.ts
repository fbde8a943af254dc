import * as z from 'zod/mini';
import { SOURCE_PREFIX } from './event-address.ts';
import { EVENT_ID_PATTERN } from './event-id.ts';
import {
  MAX_INT32,
  MAX_LABEL_KEY,
  MAX_LABEL_VALUE,
  MAX_LABELS,
  MAX_LINE,
  MAX_NAME,
  MAX_PARTITION_KEY,
  MAX_SHORT_NAME,
  MAX_TEXT,
} from './event-limits.ts';
import { EVENT_TYPE } from './event-type.ts';
import {
  CONTAINER_KINDS,
  GAP_REASONS,
  type LifecycleEvent,
  NATIVE_HOOKS,
  OBSERVATIONS,
  STOP_TRIGGERS,
} from './lifecycle-event.ts';
import { RFC_3339, realInstantMs } from './real-instant.ts';

/** RFC 3339 in UTC with exactly three fraction digits, as the wire requires; a moment that exists, 1970 to 9999. */
const instant = z
  .string()
  .check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/), z.refine(isReal, 'a moment that exists'));
const A_TIME = 'an RFC 3339 time that exists';
/** Kubernetes `metav1.Time`: RFC 3339, whole seconds; null where the kubelet does not know. */
const kubernetesTime = z.nullable(z.string().check(z.regex(RFC_3339, A_TIME), z.refine(isReal, A_TIME)));

function isReal(text: string): boolean {
  return realInstantMs(text) !== null;
}

const WITHOUT_CONTROLS = z.regex(/^\P{Cc}*$/u);
const name = z.string().check(WITHOUT_CONTROLS, z.maxLength(MAX_NAME));
/** Part of an id, where an empty one would be taken for none. */
const identity = z.string().check(WITHOUT_CONTROLS, z.minLength(1), z.maxLength(MAX_NAME));
const shortName = z.string().check(WITHOUT_CONTROLS, z.minLength(1), z.maxLength(MAX_SHORT_NAME));
const line = z.string().check(WITHOUT_CONTROLS, z.maxLength(MAX_LINE));
const text = z.string().check(z.maxLength(MAX_TEXT));
const count = z.int().check(z.nonnegative());
const int32 = z.int().check(z.gte(-MAX_INT32 - 1), z.lte(MAX_INT32));

const cluster = z.looseObject({
  name,
  uid: shortName,
});

const labels = z
  .record(z.string().check(z.maxLength(MAX_LABEL_KEY)), z.string().check(z.maxLength(MAX_LABEL_VALUE)))
  .check(z.refine((all) => Object.keys(all).length <= MAX_LABELS, `at most ${MAX_LABELS} labels`));

const pod = z.looseObject({
  namespace: name,
  name,
  uid: shortName,
  node: z.nullable(name),
  labels,
  owner: z.nullable(z.looseObject({ kind: text, name: text })),
});

const container = z.looseObject({
  name: shortName,
  kind: z.enum(CONTAINER_KINDS),
  id: z.nullable(identity),
  image: z.nullable(text),
  imageId: z.nullable(text),
  restartCount: count,
  skippedRuns: count,
  startedAt: kubernetesTime,
});

const stop = z.looseObject({
  trigger: z.enum(STOP_TRIGGERS),
  /** Reason of the DisruptionTarget condition, for example `EvictionByEvictionAPI`. */
  reason: z.nullable(text),
  gracePeriodSeconds: z.nullable(count),
  /** First deletionTimestamp seen; it can move later, the first one is kept. */
  deadline: kubernetesTime,
});

const exit = z.looseObject({
  /** null when nobody knows. */
  code: z.nullable(int32),
  signal: z.nullable(int32),
  reason: z.nullable(text),
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
  source: z.string().check(z.regex(new RegExp(`^${SOURCE_PREFIX}\\P{Cc}+$`, 'u')), z.maxLength(MAX_LINE)),
  subject: line,
  time: instant,
  /** Repeats `time`; Standard Webhooks names the field so. */
  timestamp: instant,
  datacontenttype: z.literal('application/json'),
  dataschema: line,
  partitionkey: z.string().check(z.minLength(1), z.maxLength(MAX_PARTITION_KEY)),
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
  amends: name,
});
const hookFailed = containerEvent(EVENT_TYPE.hookFailed, {
  hook: z.literal('hookFailed'),
  failed: z.enum(NATIVE_HOOKS),
  /** The kubelet's Event that told it, and how often it had occurred then: the identity of the failure. */
  event: z.looseObject({ uid: shortName, count }),
});

const edge = z.looseObject({ resourceVersion: z.nullable(identity), time: z.nullable(instant) });

const gap = z.looseObject({
  ...envelope,
  type: z.literal(EVENT_TYPE.gap),
  data: z.looseObject({
    hook: z.literal('gap'),
    cluster,
    /** Last moment whose history is known, and the moment from which it is known again. */
    from: edge,
    to: edge,
    why: z.enum(GAP_REASONS),
    namespace: z.optional(name),
  }),
});

const disabled = z.looseObject({
  ...envelope,
  type: z.literal(EVENT_TYPE.disabled),
  data: z.looseObject({
    hook: z.literal('disabled'),
    cluster,
    subscription: identity,
    /** Why the receiver's answer ended the subscription, for example `410 Gone`. */
    why: text,
    deadLetters: count,
  }),
});

const union = z.discriminatedUnion('type', [
  preStart,
  postStart,
  preStop,
  postStop,
  postStopAmended,
  hookFailed,
  gap,
  disabled,
]);

/**
 * What {@link LifecycleEvent} says, checked at run time. Unknown attributes and fields are accepted and kept, so that
 * an older receiver reads a newer watcher.
 */
export const lifecycleEventSchema: z.ZodMiniType<LifecycleEvent> = union;
