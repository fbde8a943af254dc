import type { CarriedSignature } from '../../../ingress/carried-signature.ts';

/** What may be said of an event's signature. `good`: somebody with the keys has verified it; a claim is never shown so. */
type SignatureWords = { readonly words: string; readonly tone: 'good' | 'quiet' };

export function signatureWords(signed: CarriedSignature | null): SignatureWords {
  if (signed === null) return { words: 'none: it came over a trusted bus', tone: 'quiet' };
  const how = algorithms(signed.signature);
  return signed.verified === true
    ? { words: `✓ verified when it was received (${how})`, tone: 'good' }
    : { words: `claimed, not verified: it came over a trusted bus (${how})`, tone: 'quiet' };
}

/** What is to be said of an event that is not kept as it was recorded; null where it is. @param misfiled see `TimelineEntry`. */
export function changeWords(misfiled: string | undefined): string | null {
  if (misfiled === undefined) return null;
  return `changed since it was recorded (${misfiled}): do not rely on what is shown; run "offhook audit verify"`;
}

function algorithms(signature: string): string {
  const versions = new Set(signature.split(' ').map((part) => part.split(',')[0]));
  return [...versions].map((version) => (version === 'v1a' ? 'v1a, Ed25519' : 'v1, HMAC-SHA256')).join('; ');
}
