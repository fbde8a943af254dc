import { decodeBase64 } from './base64.ts';
import { parseVerificationKey, type VerificationKey } from './secret.ts';
import { SecretError } from './secret-error.ts';
import { signedContent } from './sign.ts';
import {
  DEFAULT_TOLERANCE_SECONDS,
  type HeaderSource,
  type Refusal,
  readWebhookHeaders,
  refuse,
} from './webhook-headers.ts';

export type Verified = {
  readonly kind: 'verified';
  readonly id: string;
  readonly timestampSeconds: number;
  readonly version: 'v1' | 'v1a';
  /** Position in `keys` of the key that matched, to see when an old one is no longer used. */
  readonly keyIndex: number;
};

export type Verification = Verified | Refusal;

export interface Verifier {
  /**
   * Says whether a request is authentic, timely and text. `body` is the raw bytes as received, read with
   * `readBody`; `nowMs` the receiver's clock in Unix milliseconds. Never throws for what a sender can send.
   */
  verify(headers: HeaderSource, body: Uint8Array, nowMs: number): Promise<Verification>;
}

/**
 * `keys`: one to eight of `whsec_…` and `whpk_…`, the current and the previous ones of each scheme.
 * `toleranceSeconds`: how far the timestamp may be from the receiver's clock, either way; default 300.
 */
export type VerifierOptions = { readonly keys: readonly string[]; readonly toleranceSeconds?: number };

export const MAX_VERIFICATION_KEYS = 8;

type PreparedKey = {
  readonly version: 'v1' | 'v1a';
  readonly matches: (signature: Uint8Array<ArrayBuffer>, content: Uint8Array) => Promise<boolean>;
};
type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
type PresentedSignature = { readonly version: string; readonly bytes: Uint8Array<ArrayBuffer> | null };

const HMAC_SHA256_BYTES = 32;
const ED25519_SIGNATURE_BYTES = 64;

/**
 * Prepares verification of Standard Webhooks, schemes v1 and v1a. The checks run in this order: the three
 * headers (see `readWebhookHeaders`), an empty body, the signature over the raw bytes in constant time, and
 * only then that the bytes are UTF-8.
 *
 * @throws {SecretError} when there are no or too many keys, or one is malformed; it is named by its position.
 * @throws {RangeError} for a tolerance that is not a positive number of seconds.
 */
export async function createVerifier(options: VerifierOptions): Promise<Verifier> {
  const { keys, toleranceSeconds = DEFAULT_TOLERANCE_SECONDS } = options;
  if (!Number.isFinite(toleranceSeconds) || toleranceSeconds <= 0) {
    throw new RangeError(`toleranceSeconds must be a positive number, got ${toleranceSeconds}`);
  }
  if (keys.length < 1 || keys.length > MAX_VERIFICATION_KEYS) {
    throw new SecretError(`expected 1 to ${MAX_VERIFICATION_KEYS} verification keys, got ${keys.length}`);
  }
  const prepared = await Promise.all(
    keys.map((text, index) => prepareKey(text, `key ${index + 1} of ${keys.length}`)),
  );
  return {
    async verify(headers, body, nowMs) {
      const read = readWebhookHeaders(headers, nowMs, toleranceSeconds);
      if (read.kind === 'refused') return read;
      if (body.length === 0) return refuse(400, 'empty_body', 'the body is empty, expected a JSON event');
      const content = signedContent(read.id, read.timestampSeconds, body);
      const match = await findMatch(prepared, read.signatures.map(readSignature), content);
      if (match.kind === 'refused') return match;
      if (!isUtf8(body)) return refuse(400, 'invalid_utf8', 'the body is signed, but not valid UTF-8');
      const { id, timestampSeconds } = read;
      return { kind: 'verified', id, timestampSeconds, version: match.version, keyIndex: match.keyIndex };
    },
  };
}

async function findMatch(
  keys: readonly PreparedKey[],
  signatures: readonly PresentedSignature[],
  content: Uint8Array,
): Promise<(Pick<Verified, 'version' | 'keyIndex'> & { kind: 'match' }) | Refusal> {
  let supported = false;
  for (const [keyIndex, key] of keys.entries()) {
    for (const { version, bytes } of signatures) {
      if (version !== key.version) continue;
      supported = true;
      if (bytes !== null && (await key.matches(bytes, content)))
        return { kind: 'match', version: key.version, keyIndex };
    }
  }
  if (supported) {
    const hint = 'verify the raw bytes of the body as received, with the key of this subscription';
    return refuse(401, 'bad_signature', `no signature in webhook-signature matches: ${hint}`);
  }
  const versions = [...new Set(keys.map((key) => key.version))].join(' and ');
  return refuse(401, 'no_supported_signature', `webhook-signature holds no signature of scheme ${versions}`);
}

function readSignature(text: string): PresentedSignature {
  const comma = text.indexOf(',');
  if (comma === -1) return { version: text, bytes: null };
  return { version: text.slice(0, comma), bytes: decodeBase64(text.slice(comma + 1)) };
}

async function prepareKey(text: string, position: string): Promise<PreparedKey> {
  try {
    return await importKey(parseVerificationKey(text));
  } catch (error) {
    if (error instanceof SecretError) throw new SecretError(`${position}: ${error.message}`);
    throw error;
  }
}

async function importKey(key: VerificationKey): Promise<PreparedKey> {
  if (key.kind === 'v1') {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const imported = await crypto.subtle.importKey('raw', key.key, algorithm, false, ['verify']);
    return { version: 'v1', matches: matcher('HMAC', imported, HMAC_SHA256_BYTES) };
  }
  const imported = await crypto.subtle.importKey('raw', key.publicKey, { name: 'Ed25519' }, false, [
    'verify',
  ]);
  return { version: 'v1a', matches: matcher('Ed25519', imported, ED25519_SIGNATURE_BYTES) };
}

function matcher(algorithm: 'HMAC' | 'Ed25519', key: CryptoKey, length: number): PreparedKey['matches'] {
  // WebCrypto compares in constant time. The length is public; some runtimes throw on a wrong one.
  return async (signature, content) =>
    signature.length === length && (await crypto.subtle.verify(algorithm, key, signature, content));
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
