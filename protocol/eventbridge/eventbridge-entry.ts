/** One entry of EventBridge's PutEvents, as Offhook fills it. */
export type EventBridgeEntry = {
  readonly Source: string;
  readonly DetailType: string;
  readonly Time: Date;
  /** The whole event, the very text that a webhook carries. */
  readonly Detail: string;
  readonly EventBusName: string;
};

/** A stored event: `body` the serialised bytes, `type` and `time` its CloudEvents attributes. */
export type StoredEvent = { readonly type: string; readonly time: string; readonly body: Uint8Array };

/** How much one PutEvents call may carry; `maxBytes` can be raised to {@link EVENTBRIDGE_LARGE_CALL_BYTES}. */
export type CallLimits = { readonly maxEntries?: number; readonly maxBytes?: number };

export const EVENTBRIDGE_SOURCE = 'dev.offhook';
export const EVENTBRIDGE_CALL_ENTRIES = 10;
/** 256 KB, as AWS counts them. */
export const EVENTBRIDGE_CALL_BYTES = 262_144;
/** 1 MB, in the regions and accounts that have it. */
export const EVENTBRIDGE_LARGE_CALL_BYTES = 1_048_576;

const TIME_BYTES = 14;
const encoder = new TextEncoder();

/**
 * Maps a stored event to an entry for the bus.
 *
 * @throws {RangeError} when `time` is not a date.
 * @throws {TypeError} when the bytes are not UTF-8.
 */
export function toEventBridgeEntry(event: StoredEvent, eventBusName: string): EventBridgeEntry {
  const time = new Date(event.time);
  if (Number.isNaN(time.getTime())) throw new RangeError('event time must be an RFC 3339 date');
  return {
    Source: EVENTBRIDGE_SOURCE,
    DetailType: event.type,
    Time: time,
    Detail: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(event.body),
    EventBusName: eventBusName,
  };
}

/**
 * Size of an entry in bytes, as AWS counts it against the limit of a call: 14 for the time, and the UTF-8 bytes
 * of source, detail type and detail. The name of the bus does not count.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/calculate-putevents-entry-size.html
 */
export function entrySizeBytes(entry: EventBridgeEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail];
  return texts.reduce((sum, text) => sum + encoder.encode(text).length, TIME_BYTES);
}

/**
 * Divides entries over as few calls as their order allows: at most ten entries and less than `maxBytes` each
 * ("must be less than 256KB"). The entries keep their order and identity. One that is too large on its own gets
 * a call of its own, so that the refusal concerns it alone.
 */
export function batchEntries<E extends EventBridgeEntry>(
  entries: readonly E[],
  limits: CallLimits = {},
): E[][] {
  const { maxEntries = EVENTBRIDGE_CALL_ENTRIES, maxBytes = EVENTBRIDGE_CALL_BYTES } = limits;
  const calls: E[][] = [];
  let current: E[] = [];
  let currentBytes = 0;
  for (const entry of entries) {
    const bytes = entrySizeBytes(entry);
    const full = current.length >= maxEntries || currentBytes + bytes >= maxBytes;
    if (current.length === 0 || full) {
      current = [];
      currentBytes = 0;
      calls.push(current);
    }
    current.push(entry);
    currentBytes += bytes;
  }
  return calls;
}
