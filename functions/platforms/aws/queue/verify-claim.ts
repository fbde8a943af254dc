import { parseEnvelope } from '../../../../protocol/parse-event.ts';
import { speaksFor, type Verified, type Verifier } from '../../../../protocol/signature/verify.ts';
import type { HandoffMessage } from '../../../ingress/handoff.ts';

/**
 * Verifies the headers that an event claims to have come with, at the time that they name: that they were timely, the
 * receiver that put the event on the bus has seen. The message comes back with `verified` as it is now known.
 *
 * @param verifier null where there are no keys: what is claimed stays a claim.
 */
export async function verifyClaim(
  message: HandoffMessage,
  verifier: Verifier | null,
): Promise<HandoffMessage> {
  const { signed, body } = message;
  if (signed === undefined || signed.verified || verifier === null) return message;
  const headers = new Map([
    ['webhook-id', signed.id],
    ['webhook-timestamp', signed.timestamp],
    ['webhook-signature', signed.signature],
  ]);
  const source = { get: (name: string) => headers.get(name) ?? null };
  const verdict = await verifier.verify(source, body, Number(signed.timestamp) * 1_000);
  const verified = verdict.kind === 'verified' && mayHaveSaid(verdict, body);
  return { ...message, signed: { ...signed, verified } };
}

/** A key that is bound to one cluster proves nothing about another one's event. */
function mayHaveSaid(sender: Verified, body: Uint8Array): boolean {
  const envelope = parseEnvelope(body);
  return envelope.kind === 'envelope' && speaksFor(sender, envelope.source);
}
