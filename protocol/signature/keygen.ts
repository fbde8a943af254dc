import { encodeBase64 } from '../bytes/base64.ts';
import { ed25519PublicKey } from './ed25519.ts';

/** `secret` is the sender's. `publicKey` (`whpk_…`) is the receiver's; scheme v1 shares the secret instead. */
export type GeneratedSecret = { readonly secret: string; readonly publicKey?: string };

/** Also the length of an Ed25519 seed. For HMAC-SHA256 more than the 32 bytes of its output gains nothing. */
const KEY_BYTES = 32;

/**
 * Makes a new random secret: `v1` gives `whsec_` with 32 bytes, `v1a` gives `whsk_` (seed and public key) and
 * `whpk_`. Randomness is the platform's `crypto.getRandomValues`.
 */
export async function generateSecret(scheme: 'v1' | 'v1a'): Promise<GeneratedSecret> {
  const random = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  if (scheme === 'v1') return { secret: `whsec_${encodeBase64(random)}` };
  const publicKey = await ed25519PublicKey(random);
  const pair = Uint8Array.of(...random, ...publicKey);
  return { secret: `whsk_${encodeBase64(pair)}`, publicKey: `whpk_${encodeBase64(publicKey)}` };
}
