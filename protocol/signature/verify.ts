import { decodeBase64 } from '../bytes/base64.ts';
import { type BoundKey, checkKeySet, parseBoundKey } from './bound-key.ts';
import { type PreparedKey, type PrepareHmac, prepareKey } from './prepared-key.ts';
import { nameSecret } from './secret-error.ts';
import { signedContent } from './sign.ts';
import type { HeaderSource } from './signed-headers.ts';
import { DEFAULT_TOLERANCE_SECONDS, type Refusal, readWebhookHeaders, refuse } from './webhook-headers.ts';

/**
 * @property keyIndex position in `keys` of the (first) key that matched, to see when an old one is no longer used.
 * @property sources whom the keys that matched may speak for, as CloudEvents `source`; absent: any.
 */
export type Verified = {
  readonly kind: 'verified';
  readonly id: string;
  readonly timestampSeconds: number;
  readonly version: 'v1' | 'v1a';
  readonly keyIndex: number;
  readonly sources?: readonly string[];
};

export type Verification = Verified | Refusal;

export interface Verifier {
  /**
   * Says what is wrong with a request's headers alone, so that no body needs to be read for it: one of the three is
   * missing, malformed or not timely. null when nothing is; that proves nothing yet.
   */
  precheck(headers: HeaderSource, nowMs: number): Refusal | null;
  /**
   * Says whether a request is authentic, timely and text. `body` is the raw bytes as received, read with
   * `readBody`; `nowMs` the receiver's clock in Unix milliseconds. Never throws for what a sender can send.
   */
  verify(headers: HeaderSource, body: Uint8Array, nowMs: number): Promise<Verification>;
}

/**
 * `keys`: one to eight of `whsec_…` and `whpk_…`, the current and the previous ones of each scheme; or up to 64 of which
 * each names the cluster it may speak for, at most eight a cluster (see `parseBoundKey`).
 * `toleranceSeconds`: how far the timestamp may be from the receiver's clock, either way; default 300.
 */
export type VerifierOptions = { readonly keys: readonly string[]; readonly toleranceSeconds?: number };

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

type Candidate = PreparedKey & Pick<BoundKey, 'source'> & { readonly keyIndex: number };
type PresentedSignature = { readonly version: string; readonly bytes: Uint8Array<ArrayBuffer> | null };
type Match = Omit<Verified, 'kind' | 'id' | 'timestampSeconds'>;

/**
 * Prepares verification of Standard Webhooks, schemes v1 and v1a. The checks run in this order: the three
 * headers (see `readWebhookHeaders`), an empty body, the signature over the raw bytes in constant time, and
 * only then that the bytes are UTF-8.
 *
 * @param prepareHmac where a platform has a faster way than Web Crypto's.
 * @throws {SecretError} when there are no or too many keys, or one is malformed; it is named by its position.
 * @throws {RangeError} for a tolerance that is not a positive number of seconds.
 */
export async function createVerifier(options: VerifierOptions, prepareHmac?: PrepareHmac): Promise<Verifier> {
  const { keys, toleranceSeconds = DEFAULT_TOLERANCE_SECONDS } = options;
  if (!Number.isFinite(toleranceSeconds) || toleranceSeconds <= 0) {
    throw new RangeError(`toleranceSeconds must be a positive number, got ${toleranceSeconds}`);
  }
  const prepared = await Promise.all(
    keys.map((text, index) =>
      prepare(text, prepareHmac, { keyIndex: index, position: `key ${index + 1} of ${keys.length}` }),
    ),
  );
  checkKeySet(keys.map(parseBoundKey));
  return {
    precheck(headers, nowMs) {
      const read = readWebhookHeaders(headers, nowMs, toleranceSeconds);
      return read.kind === 'refused' ? read : null;
    },
    async verify(headers, body, nowMs) {
      const read = readWebhookHeaders(headers, nowMs, toleranceSeconds);
      if (read.kind === 'refused') return read;
      if (body.length === 0) return refuse(400, 'empty_body', 'the body is empty, expected a JSON event');
      const content = signedContent(read.id, read.timestampSeconds, body);
      const match = await findMatch(prepared, read.signatures.map(readSignature), content);
      if ('kind' in match) return match;
      if (!isUtf8(body)) return refuse(400, 'invalid_utf8', 'the body is signed, but not valid UTF-8');
      const { id, timestampSeconds } = read;
      return { kind: 'verified', id, timestampSeconds, ...match };
    },
  };
}

/**
 * Every key is tried until one fits that may speak for any source. Where keys are bound, all are tried with all
 * signatures: a sender that signs with its new and its old key may have shared the old one with another cluster, and
 * speaks for its own all the same.
 */
async function findMatch(
  keys: readonly Candidate[],
  signatures: readonly PresentedSignature[],
  content: Uint8Array,
): Promise<Match | Refusal> {
  const matched: Candidate[] = [];
  for (const key of keys) {
    for (const { version, bytes } of signatures) {
      if (version !== key.version || bytes === null || !(await key.matches(bytes, content))) continue;
      if (key.source === null) return { version, keyIndex: key.keyIndex };
      matched.push(key);
    }
  }
  const [first] = matched;
  if (first !== undefined) {
    const sources = [...new Set(matched.flatMap(({ source }) => source ?? []))];
    return { version: first.version, keyIndex: first.keyIndex, sources };
  }
  const supported = signatures.some(({ version }) => keys.some((key) => key.version === version));
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

async function prepare(
  text: string,
  prepareHmac: PrepareHmac | undefined,
  { keyIndex, position }: { readonly keyIndex: number; readonly position: string },
): Promise<Candidate> {
  try {
    const { source, key } = parseBoundKey(text);
    return { ...(await prepareKey(key, prepareHmac)), source, keyIndex };
  } catch (error) {
    throw nameSecret(position, error);
  }
}

/** Whether a delivery that verified may be from that CloudEvents `source`. */
export function speaksFor({ sources }: Pick<Verified, 'sources'>, source: string): boolean {
  return sources === undefined || sources.includes(source);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
