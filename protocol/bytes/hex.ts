const DIGITS = '0123456789abcdef';

/** Bytes as hexadecimal digits in lower case, two a byte. (`Uint8Array.prototype.toHex` comes with Node 25.) */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15);
  return text;
}
