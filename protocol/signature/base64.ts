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
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Encodes bytes as padded standard base64. Meant for keys and signatures: at most some kilobytes. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
