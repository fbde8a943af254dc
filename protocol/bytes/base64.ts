/** Canonical standard base64 (RFC 4648 section 4): right alphabet, padded, nothing before, between or after. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Decodes canonical base64, or returns null for anything else: whitespace, the URL alphabet, missing padding,
 * and trailing bits that are not zero. So two different texts never decode to the same bytes.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (!BASE64.test(text)) return null;
  const binary = atob(text);
  // atob forgives stray bits in the last character; encoding again shows them.
  if (btoa(binary) !== text) return null;
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** Divisible by three, so that the parts of a text can be joined, and no more than a call may have arguments. */
const CHUNK_BYTES = 24_576;

/** Encodes bytes as padded standard base64. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    text += btoa(String.fromCharCode(...bytes.subarray(start, start + CHUNK_BYTES)));
  }
  return text;
}
