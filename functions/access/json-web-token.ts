/** A JSON object of unknown members. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A token as it was sent: nothing of it counts before {@link isSignedBy} and {@link isInTime} have said so.
 *
 * @property signed the text that the signature is made of.
 */
export type JsonWebToken = {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signed: string;
  readonly signature: Uint8Array<ArrayBuffer>;
};

/** A key that signatures are checked with; Node's types have no name for it. */
export type PublicKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** Platforms take headers of 16 to 128 KiB; those who sign tokens stay below. */
const MAX_CHARACTERS = 32_768;
/** Application Load Balancers pad. */
const BASE64_URL = /^[A-Za-z0-9_-]*={0,2}$/;
const CLOCK_TOLERANCE_SECONDS = 30;
/** Of the moment of issue, which is as exact as the clock of the issuer. */
const ISSUE_TOLERANCE_SECONDS = 60;

const ALGORITHMS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
} as const;

/**
 * Takes a compact signed token apart. null for anything else, and for one with extensions that must be understood
 * (`crit`), because none are.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-5.2
 */
export function parseToken(token: string): JsonWebToken | null {
  const parts = token.length <= MAX_CHARACTERS ? token.split('.') : [];
  if (parts.length !== 3 || !parts.every((part) => BASE64_URL.test(part))) return null;
  const [head = '', body = '', signature = ''] = parts;
  try {
    const [header, claims] = [parseObject(head), parseObject(body)];
    if (header === null || claims === null || 'crit' in header) return null;
    return { header, claims, signed: `${head}.${body}`, signature: decodeBase64Url(signature) };
  } catch {
    // Not base64, not UTF-8, or not JSON.
    return null;
  }
}

/** Whether the token names this algorithm and no other, and the key says that it is its own. */
export async function isSignedBy(
  { header, signed, signature }: JsonWebToken,
  algorithm: keyof typeof ALGORITHMS,
  key: PublicKey,
): Promise<boolean> {
  if (header.alg !== algorithm) return false;
  try {
    return await crypto.subtle.verify(
      ALGORITHMS[algorithm],
      key,
      signature,
      new TextEncoder().encode(signed),
    );
  } catch {
    // Platforms differ in what they make of a signature that has not the form of one.
    return false;
  }
}

/**
 * Whether the token has an end that has not come, and its beginning, where it names one, has; give or take 30 s. Nor may
 * it be issued more than a minute from now: who signs it then has another clock, or keeps it for later.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
 */
export function isInTime({ exp, nbf = 0, iat = 0 }: JsonObject, nowMs: number): boolean {
  const now = Math.floor(nowMs / 1_000);
  return (
    isNumber(exp) &&
    isNumber(nbf) &&
    isNumber(iat) &&
    exp > now - CLOCK_TOLERANCE_SECONDS &&
    nbf <= now + CLOCK_TOLERANCE_SECONDS &&
    iat <= now + ISSUE_TOLERANCE_SECONDS
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function parseObject(part: string): JsonObject | null {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(decodeBase64Url(part));
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
}

/** @throws DOMException on what is not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
