import type { Allowed } from '../access-decision.ts';
import { equalText, keyedHash, randomHex } from '../keyed-hash.ts';
import { formatCookie, readCookie } from '../page-cookie.ts';

/**
 * Keeps other sites' pages from pressing our buttons. Three checks on everything that changes something:
 *
 * - `sec-fetch-site`, where the browser sends it, must say `same-origin`; else `origin` must be there and name the
 *   host that was asked.
 * - `x-csrf-token` must be the token that stood in the page: an HMAC keyed by the session cookie, which no other
 *   site can read.
 * - Without a session of our own (an open page, a proxy's identity header) a random cookie stands in for it.
 *
 * `authorization: Bearer` needs none of this: no browser sends it by itself.
 */
const COOKIE = 'offhook_csrf';
const COOKIE_SECONDS = 30 * 24 * 3_600;
const COOKIE_VALUE = /^[0-9a-f]{32}$/;
const PURPOSE = 'offhook csrf';

/** The token for a page that is about to be shown, and the cookie it needs, if there is none yet. */
export async function issueCsrfToken(
  request: Request,
  { proof }: Allowed,
): Promise<{ readonly token: string; readonly setCookie?: string }> {
  if (proof.kind === 'bearer') return { token: '' };
  const secret = proof.kind === 'session' ? proof.secret : ownCookie(request);
  if (secret !== undefined) return { token: await keyedHash(secret, PURPOSE) };
  const fresh = randomHex();
  const setCookie = formatCookie(request, COOKIE, fresh, COOKIE_SECONDS);
  return { token: await keyedHash(fresh, PURPOSE), setCookie };
}

/** Whether the request comes from a page of ours. */
export async function isOwnRequest(request: Request, { proof }: Allowed): Promise<boolean> {
  if (proof.kind === 'bearer') return true;
  const secret = proof.kind === 'session' ? proof.secret : ownCookie(request);
  if (secret === undefined || !isSameOrigin(request)) return false;
  const given = request.headers.get('x-csrf-token') ?? '';
  return equalText(given, await keyedHash(secret, PURPOSE));
}

function ownCookie(request: Request): string | undefined {
  const value = readCookie(request, COOKIE);
  return value !== undefined && COOKIE_VALUE.test(value) ? value : undefined;
}

/** Hosts are compared, not schemes: behind a proxy that ends TLS we see http where the browser sees https. */
function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = request.headers.get('origin');
  if (origin === null || !URL.canParse(origin)) return false;
  return new URL(origin).host === (request.headers.get('host') ?? new URL(request.url).host);
}
