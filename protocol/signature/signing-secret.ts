import { decodeBase64 } from '../bytes/base64.ts';
import { type PointFault, pointFault } from './ed25519-point.ts';
import { SecretError } from './secret-error.ts';

/** HMAC-SHA256 key of scheme `v1`, 24 to 64 bytes. It signs and verifies. */
export type HmacKey = { readonly kind: 'v1'; readonly key: Uint8Array<ArrayBuffer> };

/**
 * Ed25519 key pair of scheme `v1a`, 32 bytes each. `publicKey` is null where the secret held the seed alone;
 * where it is present, only `createSigner` has checked that it belongs to the seed.
 */
export type Ed25519Secret = {
  readonly kind: 'v1a';
  readonly seed: Uint8Array<ArrayBuffer>;
  readonly publicKey: Uint8Array<ArrayBuffer> | null;
};

/** Ed25519 public key of scheme `v1a`, 32 bytes. */
export type Ed25519PublicKey = { readonly kind: 'v1a'; readonly publicKey: Uint8Array<ArrayBuffer> };

export type SigningSecret = HmacKey | Ed25519Secret;
export type VerificationKey = HmacKey | Ed25519PublicKey;

const HMAC_PREFIX = 'whsec_';
const PRIVATE_PREFIX = 'whsk_';
const PUBLIC_PREFIX = 'whpk_';
const HMAC_MIN_BYTES = 24;
const HMAC_MAX_BYTES = 64;
const ED25519_BYTES = 32;

const POINT_FAULTS: Readonly<Record<PointFault, string>> = {
  'small order': 'it is a point of small order, under which signatures prove nothing',
  'not canonical': 'it is not the canonical encoding of a point',
  'no point': 'it is no point of the curve',
};

/**
 * Parses the secret of a sender: `whsec_` + base64 of 24 to 64 bytes (scheme v1), or `whsk_` + base64 of the
 * 32-byte Ed25519 seed, alone or followed by the 32-byte public key (scheme v1a).
 *
 * @throws {SecretError} for any other text, a seed of zeros, or a degenerate public half (see `pointFault`);
 *   whitespace is not trimmed. The message never quotes the text.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
export function parseSigningSecret(text: string): SigningSecret {
  if (text.startsWith(HMAC_PREFIX)) return parseHmacKey(text);
  if (text.startsWith(PRIVATE_PREFIX)) return parseEd25519Secret(text);
  if (text.startsWith(PUBLIC_PREFIX)) {
    throw new SecretError('whpk_ is a public key, which cannot sign: use the whsk_ secret it belongs to');
  }
  throw new SecretError(unknownPrefix('signing secret', `${HMAC_PREFIX} or ${PRIVATE_PREFIX}`, text));
}

/**
 * Parses the key of a receiver: `whsec_` + base64 of 24 to 64 bytes (scheme v1), or `whpk_` + base64 of a
 * 32-byte Ed25519 public key (scheme v1a).
 *
 * @throws {SecretError} for any other text, or a public key that is degenerate (see `pointFault`); whitespace is not
 *   trimmed. The message never quotes the text.
 */
export function parseVerificationKey(text: string): VerificationKey {
  if (text.startsWith(HMAC_PREFIX)) return parseHmacKey(text);
  if (text.startsWith(PUBLIC_PREFIX)) return parseEd25519PublicKey(text);
  if (text.startsWith(PRIVATE_PREFIX)) {
    throw new SecretError('whsk_ is a private key, which a receiver must not hold: use its whpk_ public key');
  }
  throw new SecretError(unknownPrefix('verification key', `${HMAC_PREFIX} or ${PUBLIC_PREFIX}`, text));
}

function parseHmacKey(text: string): HmacKey {
  const expected = `signing secret must be ${HMAC_MIN_BYTES}-${HMAC_MAX_BYTES} bytes of base64 after ${HMAC_PREFIX}`;
  const key = decodeAfter(HMAC_PREFIX, text, expected);
  if (key.length < HMAC_MIN_BYTES || key.length > HMAC_MAX_BYTES) throw wrongLength(expected, key);
  return { kind: 'v1', key };
}

function parseEd25519Secret(text: string): Ed25519Secret {
  const expected =
    `signing secret must be ${2 * ED25519_BYTES} bytes (seed and public key) or ` +
    `${ED25519_BYTES} bytes (seed) of base64 after ${PRIVATE_PREFIX}`;
  const bytes = decodeAfter(PRIVATE_PREFIX, text, expected);
  if (bytes.length !== ED25519_BYTES && bytes.length !== 2 * ED25519_BYTES)
    throw wrongLength(expected, bytes);
  const seed = bytes.slice(0, ED25519_BYTES);
  if (seed.every((byte) => byte === 0))
    throw new SecretError('the seed of whsk_ is all zeros: make a random one');
  if (bytes.length === ED25519_BYTES) return { kind: 'v1a', seed, publicKey: null };
  const publicKey = bytes.slice(ED25519_BYTES);
  refuseDegenerate('the public key in the second half of whsk_', publicKey);
  return { kind: 'v1a', seed, publicKey };
}

function parseEd25519PublicKey(text: string): Ed25519PublicKey {
  const expected = `verification key must be ${ED25519_BYTES} bytes of base64 after ${PUBLIC_PREFIX}`;
  const publicKey = decodeAfter(PUBLIC_PREFIX, text, expected);
  if (publicKey.length !== ED25519_BYTES) throw wrongLength(expected, publicKey);
  refuseDegenerate('the public key of whpk_', publicKey);
  return { kind: 'v1a', publicKey };
}

/** No runtime looks at that itself. */
function refuseDegenerate(what: string, publicKey: Uint8Array): void {
  const fault = pointFault(publicKey);
  if (fault !== null) throw new SecretError(`${what} is not usable: ${POINT_FAULTS[fault]}`);
}

function decodeAfter(prefix: string, text: string, expected: string): Uint8Array<ArrayBuffer> {
  const encoded = text.slice(prefix.length);
  const bytes = decodeBase64(encoded);
  if (bytes !== null) return bytes;
  const fault = /\s/.test(encoded) ? 'text with white space in it' : 'text that is not padded base64';
  throw new SecretError(`${expected}, got ${fault}`);
}

function wrongLength(expected: string, bytes: Uint8Array): SecretError {
  return new SecretError(`${expected}, got ${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'}`);
}

function unknownPrefix(what: string, prefixes: string, text: string): string {
  const got = text === '' ? 'an empty text' : 'a text that begins otherwise';
  return `${what} must begin with ${prefixes}, got ${got}`;
}
