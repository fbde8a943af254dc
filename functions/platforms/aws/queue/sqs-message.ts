import type { CarriedSignature } from '../../../ingress/carried-signature.ts';
import type { HandoffMessage } from '../../../ingress/handoff.ts';

/** A message of the retry queue, or with `reason` a dead letter, as JSON in the body of an SQS message. */
type SqsMessage = {
  readonly eventId: string;
  readonly body: string;
  readonly receivedAtMs: number;
  readonly signed?: CarriedSignature;
  readonly traceparent?: string;
  readonly reason?: string;
};

/**
 * SQS refuses or replaces U+FFFE and U+FFFF, and half a surrogate pair, which JSON escapes by itself, as it does control
 * characters.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const REFUSED = /[\ufffe\uffff]/g;

/** @param reason why it was given up, for a dead letter. */
export function formatSqsMessage(message: HandoffMessage, reason?: string): string {
  const body = new TextDecoder('utf-8', { ignoreBOM: true }).decode(message.body);
  const text = JSON.stringify({
    eventId: idOf(body),
    ...(reason === undefined ? {} : { reason }),
    receivedAtMs: message.receivedAtMs,
    ...(message.signed === undefined ? {} : { signed: message.signed }),
    ...(message.traceparent === undefined ? {} : { traceparent: message.traceparent }),
    body,
  } satisfies SqsMessage);
  return text.replace(REFUSED, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/**
 * Reads what {@link formatSqsMessage} wrote.
 *
 * @throws TypeError when it is something else; only this code writes to the queue.
 */
export function parseSqsMessage(text: string): HandoffMessage {
  const { body, receivedAtMs, signed, traceparent } = JSON.parse(text) as Partial<SqsMessage>;
  if (typeof body !== 'string' || typeof receivedAtMs !== 'number') {
    throw new TypeError('the SQS message is not one of the retry queue: expected { body, receivedAtMs }');
  }
  return {
    body: new TextEncoder().encode(body),
    receivedAtMs,
    ...(signed === undefined ? {} : { signed }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** For people who look at a dead letter; empty when the body is not an event. */
function idOf(body: string): string {
  try {
    return String((JSON.parse(body) as { id?: unknown }).id ?? '');
  } catch {
    return '';
  }
}
