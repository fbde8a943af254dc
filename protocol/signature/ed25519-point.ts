/**
 * Whether 32 bytes are a public key that proves something. WebCrypto's import does not look: OpenSSL and BoringSSL take
 * any 32 bytes, and under a key of small order one signature can fit every message.
 *
 * - `small order`: one of the eight points whose multiple by eight is the identity; also all zeros, and the identity.
 * - `not canonical`: a coordinate that is not below the prime, or a sign for x = 0: a second spelling of a point.
 * - `no point`: no point of the curve has that coordinate.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8032#section-5.1.3
 */
export type PointFault = 'small order' | 'not canonical' | 'no point';

/** The field's prime, 2^255 − 19, and the curve's d of −x² + y² = 1 + d·x²·y². */
const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const SIGN_BIT = 255n;
/** The order of the curve is 8 times a prime: three doublings end every point of small order at the identity. */
const COFACTOR_DOUBLINGS = 3;

/** What is wrong with the encoding of a public key; null for a good one. @param bytes 32 of them. */
export function pointFault(bytes: Uint8Array): PointFault | null {
  const encoded = littleEndian(bytes);
  const y = encoded & ((1n << SIGN_BIT) - 1n);
  const negative = encoded >> SIGN_BIT === 1n;
  const reduced = y % P;
  if (isSmallOrder(reduced)) return 'small order';
  if (y !== reduced) return 'not canonical';
  const xx = xSquared(y);
  if (!isSquare(xx)) return 'no point';
  return xx === 0n && negative ? 'not canonical' : null;
}

/** By y alone: doubling needs x only as its square, and a point and its negative have the same order. */
function isSmallOrder(y: bigint): boolean {
  let doubled = y;
  for (let round = 0; round < COFACTOR_DOUBLINGS; round += 1) {
    const xx = xSquared(doubled);
    const yy = modP(doubled * doubled);
    doubled = modP((yy + xx) * inverse(modP(2n + xx - yy)));
  }
  return doubled === 1n;
}

function xSquared(y: bigint): bigint {
  const yy = modP(y * y);
  return modP((yy - 1n) * inverse(modP(D * yy + 1n)));
}

/** Euler's criterion. */
function isSquare(value: bigint): boolean {
  return power(value, (P - 1n) / 2n) !== P - 1n;
}

/** Fermat: value^(p − 2). */
function inverse(value: bigint): bigint {
  return power(value, P - 2n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = modP(result * square);
    square = modP(square * square);
  }
  return result;
}

function modP(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
