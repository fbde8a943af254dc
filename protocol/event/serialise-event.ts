import { utf8 } from '../bytes/utf8.ts';
import type { LifecycleEvent } from './lifecycle-event.ts';

/** What an event should stay below, in bytes; labels are cut to get there. */
export const TARGET_EVENT_BYTES = 20_000;
/** What no event exceeds, 64 KiB: half of what one Cloudflare Queues message carries, a quarter of EventBridge. */
export const MAX_EVENT_BYTES = 65_536;
/** Length of a string that was cut, in UTF-16 units. No Kubernetes name or UID is longer than 253. */
export const CUT_STRING_LENGTH = 256;

/**
 * Serialises an event as JSON in UTF-8, once: these bytes are stored and sent on every attempt. An event above
 * {@link TARGET_EVENT_BYTES} is made smaller, and says so with `data.truncated: true`:
 *
 * 1. Pod labels are dropped, the largest first, until the event fits.
 * 2. If no label is left and it still does not fit, every string in `data` is cut to
 *    {@link CUT_STRING_LENGTH}: an image name, say, has no limit in Kubernetes.
 *
 * The given event is not changed. Match subscriptions against it, not against the bytes: labels may be gone.
 *
 * @throws {RangeError} when even that leaves more than {@link MAX_EVENT_BYTES}: the envelope itself is too long,
 *   which names and UIDs as Kubernetes allows them cannot make it.
 */
export function serialiseEvent(event: LifecycleEvent): Uint8Array<ArrayBuffer> {
  const whole = encode(event);
  if (whole.length <= TARGET_EVENT_BYTES) return whole;
  const unlabelled = cutLabels(event, whole.length);
  const small = encode(unlabelled);
  if (small.length <= TARGET_EVENT_BYTES) return small;
  const smallest = encode({ ...unlabelled, data: { ...cutObject(unlabelled.data), truncated: true } });
  if (smallest.length <= MAX_EVENT_BYTES) return smallest;
  throw new RangeError(`event ${event.id} takes ${smallest.length} bytes, the limit is ${MAX_EVENT_BYTES}`);
}

type Slimmer = { readonly data: Readonly<Record<string, unknown>> };

function cutLabels(event: LifecycleEvent, sizeBytes: number): Slimmer {
  const { data } = event;
  if (data.hook === 'gap' || data.hook === 'disabled') return event;
  let excess = sizeBytes + entryBytes('truncated', true) - TARGET_EVENT_BYTES;
  const kept = new Map(Object.entries(data.pod.labels));
  for (const [key, value] of [...kept].sort(largestFirst)) {
    if (excess <= 0) break;
    kept.delete(key);
    excess -= entryBytes(key, value);
  }
  const pod = { ...data.pod, labels: Object.fromEntries(kept) };
  return { ...event, data: { ...data, pod, truncated: true } };
}

type Label = readonly [key: string, value: string];

/** Equal sizes go by key, so that the same event always loses the same labels. */
function largestFirst(a: Label, b: Label): number {
  return entryBytes(...b) - entryBytes(...a) || (a[0] < b[0] ? -1 : 1);
}

/** Bytes of `,"key":value` inside an object. */
function entryBytes(key: string, value: unknown): number {
  return encode({ [key]: value }).length - 1;
}

function cutObject(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, cut(value)]));
}

function cut(value: unknown): unknown {
  // A pair of surrogates may stand where it is cut.
  if (typeof value === 'string') return value.slice(0, CUT_STRING_LENGTH).toWellFormed();
  if (Array.isArray(value)) return value.map(cut);
  return typeof value === 'object' && value !== null ? cutObject(value as Record<string, unknown>) : value;
}

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return utf8(JSON.stringify(value));
}
