import { hash } from 'node:crypto';

const SHA256_BYTES = 32;

/**
 * SHA-256 of those bytes, or of a text's in UTF-8, 32 bytes, without waiting for another thread.
 *
 * It is taken over from Node as text: bytes come in an ArrayBuffer of their own, and to make that takes three times as long as
 * to hash what an id is made of (1.2 instead of 0.4 µs).
 */
export function digestNow(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const binary = hash('sha256', data, 'binary');
  const digest = new Uint8Array(SHA256_BYTES);
  for (let at = 0; at < SHA256_BYTES; at += 1) digest[at] = binary.charCodeAt(at);
  return digest;
}
