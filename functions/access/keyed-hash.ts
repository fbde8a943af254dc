import { toHex } from '../../protocol/bytes/hex.ts';
import { sha256Hex } from '../../protocol/bytes/sha256.ts';
import { importHmacKey } from '../../protocol/signature/hmac-key.ts';

const encoder = new TextEncoder();

/** HMAC-SHA-256 of a text, as 64 hexadecimal digits. What it is for must stand in the text. */
export async function keyedHash(secret: string, text: string): Promise<string> {
  const key = await importHmacKey(encoder.encode(secret), 'sign');
  return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text))));
}

/** SHA-256 of a text, as 64 hexadecimal digits. */
export function hashText(text: string): Promise<string> {
  return sha256Hex(encoder.encode(text));
}

/** 128 random bits as 32 hexadecimal digits, from the platform's `crypto.getRandomValues`. */
export function randomHex(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)));
}

/** Takes the same time wherever two strings of the same length differ. */
export function equalText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
