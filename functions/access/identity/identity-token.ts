import type { JWTPayload, ProtectedHeaderParameters } from 'jose';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { JOSEError } from 'jose/errors';
import { decodeJwt } from 'jose/jwt/decode';
import { type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose/jwt/verify';

/**
 * A token as it was sent: nothing of what it says counts before {@link verifyToken} has said so.
 *
 * @property text the token itself.
 */
type ClaimedToken = {
  readonly text: string;
  readonly header: ProtectedHeaderParameters;
  readonly claims: JWTPayload;
};

/** What a token must be: one of the two algorithms and no other, and what else of jose's options is asked of it. */
type ExpectedToken = Pick<JWTVerifyOptions, 'issuer' | 'audience'> & {
  readonly algorithm: 'RS256' | 'ES256';
  readonly requiredClaims: readonly string[];
  readonly nowMs: number;
};

/** Platforms take headers of 16 to 128 KiB; those who sign tokens stay below. */
const MAX_CHARACTERS = 32_768;
/** Application Load Balancers pad, which jose takes. What decodes base64 would skip white space as well. */
const COMPACT = /^[A-Za-z0-9_-]+={0,2}\.[A-Za-z0-9_-]+={0,2}\.[A-Za-z0-9_-]+={0,2}$/;
const CLOCK_TOLERANCE_SECONDS = 30;
/** Of the moment of issue, which is as exact as the clock of the issuer. */
const ISSUE_TOLERANCE_SECONDS = 60;

/**
 * Takes a compact signed token apart. null for anything else, and for one with extensions that must be understood
 * (`crit`), because none are.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-5.2
 */
export function parseToken(text: string): ClaimedToken | null {
  if (text.length > MAX_CHARACTERS || !COMPACT.test(text)) return null;
  try {
    const header = decodeProtectedHeader(text);
    return 'crit' in header ? null : { text, header, claims: decodeJwt(text) };
  } catch {
    // Not base64, not UTF-8, or not the JSON of an object.
    return null;
  }
}

/**
 * The claims of a token that is what it says: signed by the key, within its time give or take 30 s, and as expected.
 * null for any other.
 *
 * @param getKey is asked when the token's header is one that can be.
 * @throws whatever `getKey` throws, unless it is an error of jose's (no key, or several, by that id); TypeError for a key
 *   that cannot be used.
 */
export async function verifyToken(
  { text }: ClaimedToken,
  getKey: JWTVerifyGetKey,
  { algorithm, requiredClaims, nowMs, ...expected }: ExpectedToken,
): Promise<JWTPayload | null> {
  const options = {
    ...expected,
    algorithms: [algorithm],
    requiredClaims: [...requiredClaims],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: new Date(nowMs),
  };
  try {
    return (await jwtVerify(text, getKey, options)).payload;
  } catch (error) {
    if (error instanceof JOSEError) return null;
    throw error;
  }
}

/**
 * Whether a token can be of now at all, before anybody is asked for its key: it has an end, which has not come, and is
 * issued no more than a minute from now: who signs one that is has another clock, or keeps it for later. The latter jose
 * leaves to others.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
 */
export function canBeCurrent(
  { exp, iat = 0 }: { readonly exp?: unknown; readonly iat?: unknown },
  nowMs: number,
): boolean {
  const now = Math.floor(nowMs / 1_000);
  return (
    Number.isFinite(exp) &&
    Number.isFinite(iat) &&
    Number(exp) > now - CLOCK_TOLERANCE_SECONDS &&
    Number(iat) <= now + ISSUE_TOLERANCE_SECONDS
  );
}
