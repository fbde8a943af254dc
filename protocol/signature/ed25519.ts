/**
 * PKCS #8 of an Ed25519 private key up to the seed (RFC 8410 section 7): SEQUENCE { version 0, SEQUENCE { OID
 * 1.3.101.112 }, OCTET STRING { OCTET STRING of 32 bytes } }. WebCrypto imports no bare seed.
 */
const PKCS8_PREFIX = Uint8Array.of(
  ...[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06],
  ...[0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20],
);

/** Wraps a 32-byte Ed25519 seed as PKCS #8 DER, the form that WebCrypto and `node:crypto` both import. */
export function ed25519Pkcs8(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  const der = new Uint8Array(PKCS8_PREFIX.length + seed.length);
  der.set(PKCS8_PREFIX);
  der.set(seed, PKCS8_PREFIX.length);
  return der;
}

/** The 32-byte public key that belongs to a 32-byte seed. */
export async function ed25519PublicKey(seed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('pkcs8', ed25519Pkcs8(seed), { name: 'Ed25519' }, true, ['sign']);
  const { x } = await crypto.subtle.exportKey('jwk', key);
  if (x === undefined)
    throw new Error('this WebCrypto exports an Ed25519 private key without its public key');
  const binary = atob(x.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
