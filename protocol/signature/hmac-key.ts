type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** A key of HMAC-SHA256 that is ready for Web Crypto's `sign` or `verify`. */
export function importHmacKey(key: Uint8Array<ArrayBuffer>, use: 'sign' | 'verify'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [use]);
}
