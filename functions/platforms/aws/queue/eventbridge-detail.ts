import { parseEvent } from '../../../../protocol/event/parse-event.ts';
import { readTraceparent } from '../../../../protocol/http/traceparent.ts';
import type { HandoffMessage } from '../../../ingress/handoff.ts';

/**
 * CloudEvents extension attributes that an event carries over the bus, beside its own. EventBridge parses `Detail` and
 * writes it anew, so what was signed travels as one string.
 *
 * - `offhookbody`: the signed bytes, as text (they are valid UTF-8, or the signature would not have been accepted).
 * - `offhookreceivedat`: when the receiver took them, RFC 3339.
 * - `offhooksignedat`, `offhooksignature`: the headers `webhook-timestamp` and `webhook-signature`; `webhook-id` is the
 *   event's `id`.
 * - `offhooktraceparent`: the header `traceparent`. Not under that name: an event may have it among its own attributes,
 *   as what was signed.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#extension-context-attributes
 */
export type BusDetail = Readonly<Record<string, unknown>> & {
  readonly offhookbody?: unknown;
  readonly offhookreceivedat?: unknown;
  readonly offhooksignedat?: unknown;
  readonly offhooksignature?: unknown;
  readonly offhooktraceparent?: unknown;
};

/**
 * A body of this many bytes still fits an entry (less than 262 144 bytes) in both forms: once as the event, and once as
 * a string, in which every byte may need a backslash. The largest event Offhook sends has 65 536.
 */
export const BUS_BODY_LIMIT_BYTES = 80_000;

/** The event of a message with the attributes above, as `Detail` of an entry, and what the entry itself needs of it. */
export function toBusDetail(message: HandoffMessage): {
  readonly type: string;
  readonly time: string;
  readonly detail: string;
} {
  const parsed = parseEvent(message.body);
  if (parsed.kind !== 'event')
    throw new TypeError(`only events go to the bus, got one that is ${parsed.kind}`);
  const { signed } = message;
  const carried = {
    offhookbody: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(message.body),
    offhookreceivedat: new Date(message.receivedAtMs).toISOString(),
    ...(signed === undefined
      ? {}
      : { offhooksignedat: signed.timestamp, offhooksignature: signed.signature }),
    // Absent as undefined, or an attribute of the event by that name would pass for it.
    offhooktraceparent: message.traceparent,
  };
  const { type, time } = parsed.event;
  return { type, time, detail: JSON.stringify({ ...parsed.event, ...carried }) };
}

/**
 * The message that an event on the bus stands for. One that a watcher put there itself carries none of the attributes:
 * its bytes are then the detail as EventBridge wrote it, it has no signature, it was received when the bus got it, and its
 * trace context is its own attribute `traceparent`.
 *
 * The headers count as claimed: whoever may put to the bus can write them, and anything else in `Detail`.
 *
 * @param envelopeTime `time` of the EventBridge event, RFC 3339.
 */
export function fromBusDetail(detail: BusDetail, envelopeTime: string): HandoffMessage {
  const { offhookbody, offhookreceivedat, offhooksignedat, offhooksignature, offhooktraceparent, ...event } =
    detail;
  if (typeof offhookbody !== 'string') {
    const body = encode(JSON.stringify(event));
    return { body, receivedAtMs: Date.parse(envelopeTime), ...tracedBy(event.traceparent) };
  }
  const receivedAtMs = Date.parse(String(offhookreceivedat));
  return {
    body: encode(offhookbody),
    receivedAtMs: Number.isNaN(receivedAtMs) ? Date.parse(envelopeTime) : receivedAtMs,
    ...(typeof offhooksignedat === 'string' && typeof offhooksignature === 'string'
      ? {
          signed: {
            id: String(event.id),
            timestamp: offhooksignedat,
            signature: offhooksignature,
            verified: false,
          },
        }
      : {}),
    ...tracedBy(offhooktraceparent),
  };
}

function tracedBy(value: unknown): Pick<HandoffMessage, 'traceparent'> {
  const traceparent = readTraceparent(value);
  return traceparent === null ? {} : { traceparent };
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
