import { toHex } from './hex.ts';

const encoder = new TextEncoder();

/**
 * SHA-256 of those bytes, or of a text's in UTF-8, 32 bytes. Who is given one may be given a platform's own: Node answers at once, where Web Crypto
 * asks another thread: 3 µs instead of 40 µs of processor time for 1.2 kB.
 */
export type Digest = (data: Hashed) => Uint8Array | Promise<Uint8Array>;

type Hashed = string | Uint8Array<ArrayBuffer>;

/** SHA-256 of those bytes, or of a text's in UTF-8, by Web Crypto, 32 bytes. */
export async function sha256Digest(data: Hashed): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data;
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** SHA-256 of those bytes, or of a text's in UTF-8: 64 hexadecimal digits in lower case. */
export async function sha256Hex(data: Hashed, digest: Digest = sha256Digest): Promise<string> {
  return toHex(await digest(data));
}
