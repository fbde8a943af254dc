import { toHex } from './hex.ts';

/** SHA-256 of those bytes by Web Crypto, 32 bytes. */
export async function sha256Digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** SHA-256 of those bytes: 64 hexadecimal digits in lower case. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(await sha256Digest(bytes));
}
