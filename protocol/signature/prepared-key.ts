import { importHmacKey } from './hmac-key.ts';
import { parseVerificationKey, type VerificationKey } from './signing-secret.ts';

/** A key that is ready to verify with. `matches` compares in constant time and never throws. */
export type PreparedKey = {
  readonly version: 'v1' | 'v1a';
  readonly matches: (signature: Uint8Array<ArrayBuffer>, content: Uint8Array) => Promise<boolean>;
};

type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const HMAC_SHA256_BYTES = 32;
const ED25519_SIGNATURE_BYTES = 64;

/** @throws {SecretError} when the text is no `whsec_…` or `whpk_…`. */
export function prepareKey(text: string): Promise<PreparedKey> {
  return importKey(parseVerificationKey(text));
}

async function importKey(key: VerificationKey): Promise<PreparedKey> {
  if (key.kind === 'v1') {
    const imported = await importHmacKey(key.key, 'verify');
    return { version: 'v1', matches: matcher('HMAC', imported, HMAC_SHA256_BYTES) };
  }
  const imported = await crypto.subtle.importKey('raw', key.publicKey, { name: 'Ed25519' }, false, [
    'verify',
  ]);
  return { version: 'v1a', matches: matcher('Ed25519', imported, ED25519_SIGNATURE_BYTES) };
}

function matcher(algorithm: 'HMAC' | 'Ed25519', key: CryptoKey, length: number): PreparedKey['matches'] {
  // WebCrypto compares in constant time. The length is public; some runtimes throw on a wrong one.
  return async (signature, content) =>
    signature.length === length && (await crypto.subtle.verify(algorithm, key, signature, content));
}
