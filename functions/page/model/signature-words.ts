import type { CarriedSignature } from '../../ingress/signed-headers.ts';

/** What may be said of an event's signature. `good`: somebody with the keys has verified it; a claim is never shown so. */
export type SignatureWords = { readonly words: string; readonly standing: 'good' | 'quiet' };

export function signatureWords(signed: CarriedSignature | null): SignatureWords {
  if (signed === null) return { words: 'none: it came over a trusted bus', standing: 'quiet' };
  const how = algorithms(signed.signature);
  return signed.verified === true
    ? { words: `✓ verified when it was received (${how})`, standing: 'good' }
    : { words: `claimed, not verified: it came over a trusted bus (${how})`, standing: 'quiet' };
}

function algorithms(signature: string): string {
  const versions = new Set(signature.split(' ').map((part) => part.split(',')[0]));
  return [...versions].map((version) => (version === 'v1a' ? 'v1a, Ed25519' : 'v1, HMAC-SHA256')).join('; ');
}
