import { sha256Hex } from '../../../protocol/bytes/sha256.ts';
import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { readEvent } from '../../../protocol/event/read-event.ts';
import { speaksFor, type Verifier } from '../../../protocol/signature/verify.ts';
import { verifyKept } from '../../../protocol/signature/verify-kept.ts';
import { eventFacts } from '../../timeline/event-facts.ts';
import type { VerifiedEvent } from './verify-content.ts';
import type { FaultKind } from './verify-fault.ts';

/**
 * How far an event's signature can be relied on:
 *
 * - `verified`: with the keys, just now.
 * - `unchecked`: without keys; the record says that the receiver verified it.
 * - `claimed`: whoever put it on a trusted bus says so, and nobody has verified it.
 * - `none`: it came over a trusted bus without one.
 */
export type SignatureTrust = 'verified' | 'unchecked' | 'claimed' | 'none';

/** `faulty`: `what` is one sentence. */
type EventCheck =
  | { readonly kind: 'sound'; readonly signature: SignatureTrust }
  | { readonly kind: 'faulty'; readonly fault: FaultKind; readonly what: string };

/**
 * @property verifier null: signatures are not checked.
 * @property trustBus whether events may come over a bus that checks who puts to it, and so without a signature.
 */
type EventCheckOptions = { readonly verifier: Verifier | null; readonly trustBus: boolean };

/**
 * Whether what is kept of an event is what was received: its bytes, what its record says about it, and, with the keys
 * of that time, its signature.
 *
 * @param body null when the bytes are not there; undefined when they are not looked at, nor then the signature.
 */
export async function checkEvent(
  event: VerifiedEvent,
  body: Uint8Array<ArrayBuffer> | null | undefined,
  options: EventCheckOptions,
): Promise<EventCheck> {
  const wrong = body === undefined ? null : await wrongBody(event, body);
  if (wrong !== null) return wrong;
  const { signed } = event;
  if (signed === null) {
    return options.trustBus
      ? { kind: 'sound', signature: 'none' }
      : faulty('unsigned', 'the event has no signature, and no bus is said to be trusted');
  }
  if (signed.id !== event.eventId) {
    return faulty('contradictory', 'the signed webhook-id is not the id of the event');
  }
  const { verifier, trustBus } = options;
  if (verifier === null || !body)
    return { kind: 'sound', signature: signed.verified ? 'unchecked' : 'claimed' };
  if (await isSigned({ stream: event.stream, signed }, body, verifier))
    return { kind: 'sound', signature: 'verified' };
  // Who puts events on a bus can write any signature there, also one of keys that nobody has.
  if (trustBus && !signed.verified) return { kind: 'sound', signature: 'claimed' };
  return faulty('badSignature', 'no signature of the event matches its bytes and the keys given');
}

async function wrongBody(
  event: VerifiedEvent,
  body: Uint8Array<ArrayBuffer> | null,
): Promise<EventCheck | null> {
  if (body === null) return faulty('bodyMissing', 'the bytes of the event are not there');
  if ((await sha256Hex(body)) !== event.bodySha256) {
    return faulty('bodyEdited', 'the bytes of the event do not have the hash that its record holds');
  }
  const read = await readEvent(body);
  if (read.kind === 'mismatched') {
    return faulty('contradictory', `the bytes of the event contradict themselves: ${read.message}`);
  }
  if (read.kind !== 'event') {
    return faulty('contradictory', 'the bytes of the event are none that a receiver takes');
  }
  const other = contradiction(event, read.event);
  if (other !== null)
    return faulty('contradictory', `the bytes of the event say another ${other} than its record`);
  return null;
}

/** By a key that may speak for the cluster. */
async function isSigned(
  { stream, signed }: { readonly stream: string; readonly signed: NonNullable<VerifiedEvent['signed']> },
  body: Uint8Array,
  verifier: Verifier,
): Promise<boolean> {
  const verdict = await verifyKept(verifier, signed, body);
  return verdict.kind === 'verified' && speaksFor(verdict, stream);
}

/**
 * What a record says of its event must follow from the bytes, all of it: that way, with the keys, not even who computes
 * the whole chain anew can change it. The name of the first field that differs, one that is missing included; null for
 * none.
 */
function contradiction(event: VerifiedEvent, told: LifecycleEvent): string | null {
  const { receivedAtMs, recordedAtMs, attempt, bodySha256, signed } = event;
  const said: Readonly<Record<string, unknown>> = event;
  const facts = eventFacts(told, { receivedAtMs, recordedAtMs, attempt, bodySha256, signed });
  const wanted: Readonly<Record<string, unknown>> = { kind: 'event', ...facts };
  const names = new Set([...Object.keys(said), ...Object.keys(wanted)]);
  return [...names].find((name) => said[name] !== wanted[name]) ?? null;
}

function faulty(fault: FaultKind, what: string): EventCheck {
  return { kind: 'faulty', fault, what };
}
