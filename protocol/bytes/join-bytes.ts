/**
 * Puts pieces together. Always a copy, also of a single one: what comes off a socket is a piece of something larger, which
 * would be kept with it.
 *
 * @param total their length together, in bytes.
 */
export function joinBytes(pieces: readonly Uint8Array[], total: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.byteLength;
  }
  return bytes;
}
