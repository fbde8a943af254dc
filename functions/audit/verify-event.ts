import { parseEvent } from '../../protocol/parse-event.ts';
import type { Verifier } from '../../protocol/signature/verify.ts';
import { eventFacts } from './event-facts.ts';
import { sha256Hex } from './hash-record.ts';
import type { VerifiedEvent } from './verify-content.ts';
import type { FaultKind } from './verify-fault.ts';

/**
 * - `sound`: the bytes are those that were received. `signature`: `verified`; `unchecked` without keys; `none` where
 *   the event came over a trusted bus.
 * - `faulty`: they are not; `what` is one sentence.
 */
export type EventCheck =
  | { readonly kind: 'sound'; readonly signature: 'verified' | 'unchecked' | 'none' }
  | { readonly kind: 'faulty'; readonly fault: FaultKind; readonly what: string };

/**
 * Whether what is kept of an event is what was received: its bytes, what its record says about it, and, with the keys
 * of that time, its signature.
 *
 * @param body null when the bytes are not there.
 * @param verifier null: signatures are not checked.
 */
export async function checkEvent(
  event: VerifiedEvent,
  body: Uint8Array<ArrayBuffer> | null,
  verifier: Verifier | null,
): Promise<EventCheck> {
  if (body === null) return faulty('bodyMissing', 'the bytes of the event are not there');
  if ((await sha256Hex(body)) !== event.bodySha256) {
    return faulty('bodyEdited', 'the bytes of the event do not have the hash that its record holds');
  }
  const other = contradiction(event, body);
  if (other !== null) return faulty('contradictory', other);
  if (event.signed === null) return { kind: 'sound', signature: 'none' };
  if (event.signed.id !== event.eventId) {
    return faulty('contradictory', 'the signed webhook-id is not the id of the event');
  }
  if (verifier === null) return { kind: 'sound', signature: 'unchecked' };
  return (await isSigned(event.signed, body, verifier))
    ? { kind: 'sound', signature: 'verified' }
    : faulty('badSignature', 'no signature of the event matches its bytes and the keys given');
}

/** Checked at the time of its own timestamp: that it was timely then, the receiver has verified. */
async function isSigned(
  signed: NonNullable<VerifiedEvent['signed']>,
  body: Uint8Array,
  verifier: Verifier,
): Promise<boolean> {
  const headers = new Map([
    ['webhook-id', signed.id],
    ['webhook-timestamp', signed.timestamp],
    ['webhook-signature', signed.signature],
  ]);
  const source = { get: (name: string) => headers.get(name) ?? null };
  const { kind } = await verifier.verify(source, body, Number(signed.timestamp) * 1_000);
  return kind === 'verified';
}

/**
 * What a record says of its event must follow from the bytes: that way, with the keys, not even who computes the whole
 * chain anew can change it. null when the two agree. Only fields that this version also writes are compared.
 */
function contradiction(event: VerifiedEvent, body: Uint8Array<ArrayBuffer>): string | null {
  const parsed = parseEvent(body);
  if (parsed.kind !== 'event') return 'the bytes of the event are none that a receiver takes';
  const { receivedAtMs, recordedAtMs, attempt, bodySha256 } = event;
  const circumstances = { receivedAtMs, recordedAtMs, attempt, bodySha256, signed: null };
  const { signed: _, ...facts } = eventFacts(parsed.event, circumstances);
  const differing = Object.entries(facts).find(([name, fact]) => name in event && event[name] !== fact);
  return differing === undefined
    ? null
    : `the bytes of the event say another ${differing[0]} than its record`;
}

function faulty(fault: FaultKind, what: string): EventCheck {
  return { kind: 'faulty', fault, what };
}
