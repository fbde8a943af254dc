import { type SignedHeaders, writeSignedHeaders } from './signed-headers.ts';
import type { Verification, Verifier } from './verify.ts';

/**
 * Verifies headers that were kept with a body, as of the time that they name themselves: that they were timely then, who
 * took them has seen.
 */
export function verifyKept(
  verifier: Verifier,
  signed: SignedHeaders,
  body: Uint8Array,
): Promise<Verification> {
  const headers = new Map(Object.entries(writeSignedHeaders(signed)));
  const source = { get: (name: string) => headers.get(name) ?? null };
  return verifier.verify(source, body, Number(signed.timestamp) * 1_000);
}
