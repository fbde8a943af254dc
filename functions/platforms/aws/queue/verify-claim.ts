import { parseEnvelope } from '../../../../protocol/event/parse-event.ts';
import { speaksFor, type Verified, type Verifier } from '../../../../protocol/signature/verify.ts';
import { verifyKept } from '../../../../protocol/signature/verify-kept.ts';
import type { HandoffMessage } from '../../../ingress/handoff.ts';

/**
 * Verifies the headers that an event claims to have come with, as of the time that they name. The message comes back
 * with `verified` as it is now known.
 *
 * @param verifier null where there are no keys: what is claimed stays a claim.
 */
export async function verifyClaim(
  message: HandoffMessage,
  verifier: Verifier | null,
): Promise<HandoffMessage> {
  const { signed, body } = message;
  if (signed === undefined || signed.verified || verifier === null) return message;
  const verdict = await verifyKept(verifier, signed, body);
  const verified = verdict.kind === 'verified' && mayHaveSaid(verdict, body);
  return { ...message, signed: { ...signed, verified } };
}

/** A key that is bound to one cluster proves nothing about another one's event. */
function mayHaveSaid(sender: Verified, body: Uint8Array): boolean {
  const envelope = parseEnvelope(body);
  return envelope.kind === 'envelope' && speaksFor(sender, envelope.source);
}
