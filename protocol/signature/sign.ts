import { encodeBase64 } from '../bytes/base64.ts';
import { ed25519Pkcs8, ed25519PublicKey } from './ed25519.ts';
import { importHmacKey } from './hmac-key.ts';
import { nameSecret, SecretError } from './secret-error.ts';
import { type Ed25519Secret, type HmacKey, parseSigningSecret } from './signing-secret.ts';

/** What a `webhook-id` may be. No dot: it separates the parts of the signed content. */
export const WEBHOOK_ID_PATTERN: RegExp = /^[A-Za-z0-9_-]{1,128}$/;

/** The current secret and at most three previous ones. */
export const MAX_SIGNING_SECRETS = 4;

const encoder = new TextEncoder();

const MAX_TIMESTAMP_SECONDS = 999_999_999_999;

/** One attempt of one message: `timestampSeconds` is the Unix time of the attempt, `body` the stored bytes. */
export type WebhookMessage = {
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: Uint8Array;
};

export interface Signer {
  /** The value of `webhook-signature`: one signature a secret, separated by spaces, in the secrets' order. */
  sign(message: WebhookMessage): Promise<string>;
}

type SignContent = (content: Uint8Array) => Promise<string>;

/**
 * Prepares signing with one to four secrets, the current one first, in the Standard Webhooks schemes v1
 * (`whsec_`) and v1a (`whsk_`).
 *
 * @throws {SecretError} when there are none or too many, or one of them is malformed, or the public half of a
 *   `whsk_` does not belong to its seed; the message names the secret by its position.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function createSigner(secrets: readonly string[]): Promise<Signer> {
  checkSecretCount(secrets.length);
  const schemes = await Promise.all(
    secrets.map((text, index) => prepareScheme(text, `secret ${index + 1} of ${secrets.length}`)),
  );
  return {
    async sign(message) {
      const content = signedContent(message.id, message.timestampSeconds, message.body);
      const signatures = await Promise.all(schemes.map((sign) => sign(content)));
      return signatures.join(' ');
    },
  };
}

/** @throws {SecretError} when there are none, or more than may sign at the same time. */
export function checkSecretCount(count: number): void {
  if (count >= 1 && count <= MAX_SIGNING_SECRETS) return;
  throw new SecretError(`expected 1 to ${MAX_SIGNING_SECRETS} signing secrets, got ${count}`);
}

/**
 * What is signed before the body: `<id>.<timestamp>.`, ASCII.
 *
 * @param timestampSeconds Unix seconds, a whole number of at most twelve digits.
 * @throws {RangeError} for an id or a timestamp that no verifier would accept.
 */
export function signedHead(id: string, timestampSeconds: number): string {
  if (!WEBHOOK_ID_PATTERN.test(id))
    throw new RangeError(`webhook-id must match ${WEBHOOK_ID_PATTERN.source}`);
  if (
    !Number.isInteger(timestampSeconds) ||
    timestampSeconds < 0 ||
    timestampSeconds > MAX_TIMESTAMP_SECONDS
  ) {
    throw new RangeError(`webhook-timestamp must be whole Unix seconds, got ${timestampSeconds}`);
  }
  return `${id}.${timestampSeconds}.`;
}

/**
 * The bytes that are signed: `<id>.<timestamp>.<body>`, the body as it is.
 *
 * @throws {RangeError} as {@link signedHead}.
 */
export function signedContent(
  id: string,
  timestampSeconds: number,
  body: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(signedHead(id, timestampSeconds));
  const content = new Uint8Array(head.length + body.length);
  content.set(head);
  content.set(body, head.length);
  return content;
}

async function prepareScheme(text: string, position: string): Promise<SignContent> {
  try {
    const secret = parseSigningSecret(text);
    return secret.kind === 'v1' ? await hmacScheme(secret) : await ed25519Scheme(secret);
  } catch (error) {
    throw nameSecret(position, error);
  }
}

async function hmacScheme({ key }: HmacKey): Promise<SignContent> {
  const imported = await importHmacKey(key, 'sign');
  return async (content) => `v1,${encodeBase64(await signBytes('HMAC', imported, content))}`;
}

async function ed25519Scheme({ seed, publicKey }: Ed25519Secret): Promise<SignContent> {
  if (publicKey !== null && encodeBase64(publicKey) !== encodeBase64(await ed25519PublicKey(seed))) {
    throw new SecretError('the public key in the second half of whsk_ does not belong to the seed before it');
  }
  const algorithm = { name: 'Ed25519' };
  const imported = await crypto.subtle.importKey('pkcs8', ed25519Pkcs8(seed), algorithm, false, ['sign']);
  return async (content) => `v1a,${encodeBase64(await signBytes('Ed25519', imported, content))}`;
}

async function signBytes(
  algorithm: 'HMAC' | 'Ed25519',
  key: Awaited<ReturnType<typeof crypto.subtle.importKey>>,
  content: Uint8Array,
): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, content));
}
