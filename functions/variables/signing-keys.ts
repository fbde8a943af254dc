import type { PrepareHmac } from '../../protocol/signature/prepared-key.ts';
import { createVerifier, type Verifier } from '../../protocol/signature/verify.ts';

/**
 * The verification keys in a variable: `whsec_…` and `whpk_…`, the current and the previous ones, separated by
 * commas or white space. Where clusters share a receiver, each has its cluster before it: `<cluster UID>=whsec_…`.
 *
 * @throws Error when there is none.
 */
export function signingKeys(name: string, value: string | undefined): string[] {
  const keys = (value ?? '').split(/[\s,]+/).filter((key) => key !== '');
  if (keys.length === 0) {
    throw new Error(
      `${name} is not set: signing secret must be 24-64 bytes, as whsec_ and base64 (or whpk_ for Ed25519)`,
    );
  }
  return keys;
}

/**
 * What verifies with those keys.
 *
 * @param prepareHmac where a platform has a faster way than Web Crypto's.
 * @throws Error when there is none; SecretError when one cannot be used.
 */
export async function createVariableVerifier(
  name: string,
  value: string | undefined,
  prepareHmac?: PrepareHmac,
): Promise<Verifier> {
  return createVerifier({ keys: signingKeys(name, value) }, prepareHmac);
}
