import type { Verifier } from '../../protocol/signature/verify.ts';
import type { HandoffMessage } from '../ingress/handoff.ts';

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
  const { kind } = await verifier.verify(source, body, Number(signed.timestamp) * 1_000);
  return { ...message, signed: { ...signed, verified: kind === 'verified' } };
}
