/** `round(abs(sin(i + 1)) * 2 ** 32)` rounded down, as the specification defines its constants. */
const CONSTANTS = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);
const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

type Digest = readonly [number, number, number, number];

/**
 * MD5 of some bytes, 16 bytes. Against transmission errors only: Web Crypto rightly has none, but every S3 that deletes
 * many objects at once takes it, and many take no newer checksum.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1321
 */
export function md5(bytes: Uint8Array): Uint8Array {
  const words = new DataView(padded(bytes).buffer);
  let digest: Digest = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let offset = 0; offset < words.byteLength; offset += 64) digest = addBlock(digest, words, offset);
  const result = new DataView(new ArrayBuffer(16));
  for (const [index, word] of digest.entries()) result.setInt32(index * 4, word, true);
  return new Uint8Array(result.buffer);
}

/** The message, a bit 1, zeros, and its length in bits: a multiple of 64 bytes. */
function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  result.set(bytes);
  result[bytes.length] = 0x80;
  new DataView(result.buffer).setBigUint64(result.length - 8, BigInt(bytes.length) * 8n, true);
  return result;
}

function addBlock(digest: Digest, words: DataView, offset: number): Digest {
  let [a, b, c, d] = digest;
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    const sum = (a + mix(round, b, c, d) + (CONSTANTS[step] ?? 0)) | 0;
    const turned = rotate(
      (sum + words.getInt32(offset + 4 * wordOf(round, step), true)) | 0,
      SHIFTS[round]?.[step & 3] ?? 0,
    );
    [a, d, c, b] = [d, c, b, (b + turned) | 0];
  }
  return [(digest[0] + a) | 0, (digest[1] + b) | 0, (digest[2] + c) | 0, (digest[3] + d) | 0];
}

function mix(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (d & b) | (~d & c);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}

function wordOf(round: number, step: number): number {
  if (round === 0) return step;
  if (round === 1) return (5 * step + 1) & 15;
  return (round === 2 ? 3 * step + 5 : 7 * step) & 15;
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
