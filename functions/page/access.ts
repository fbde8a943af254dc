/**
 * Who may see the page. Off (404) unless a token is given, or it is opened to everyone, which is meant for a
 * receiver that listens on loopback.
 */
export type PageOptions = { readonly token?: string; readonly open?: boolean };

/**
 * - `off`: there is no page here.
 * - `denied`: there is one, but the request shows neither the token nor its cookie.
 * - `allowed`: show it; set the cookie if one is given.
 */
export type Access =
  | { readonly kind: 'off' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'allowed'; readonly setCookie?: string };

export type PageAccess = { check(request: Request): Promise<Access> };

const MIN_TOKEN_LENGTH = 16;
const COOKIE = 'offhook_page';
const COOKIE_SECONDS = 30 * 24 * 3_600;

/** @throws RangeError when the token is shorter than 16 characters. */
export function createPageAccess({ token, open = false }: PageOptions): PageAccess {
  if (token !== undefined && token !== '') return createTokenAccess(token);
  return { check: async () => (open ? { kind: 'allowed' } : { kind: 'off' }) };
}

function createTokenAccess(token: string): PageAccess {
  if (token.length < MIN_TOKEN_LENGTH) {
    throw new RangeError(
      `the page token must have at least ${MIN_TOKEN_LENGTH} characters, got ${token.length}`,
    );
  }
  return {
    check: async (request) => {
      const url = new URL(request.url);
      const secret = await digest(token);
      if (equal(secret, cookieOf(request) ?? '')) return { kind: 'allowed' };
      const given = url.searchParams.get('token');
      if (given === null || !equal(secret, await digest(given))) return { kind: 'denied' };
      const secure = url.protocol === 'https:' ? '; Secure' : '';
      const flags = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_SECONDS}${secure}`;
      return { kind: 'allowed', setCookie: `${COOKIE}=${secret}; ${flags}` };
    },
  };
}

/** The cookie holds a hash: whoever reads a cookie jar or a log has not read the token. */
async function digest(token: string): Promise<string> {
  const bytes = new TextEncoder().encode(`offhook page\0${token}`);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function cookieOf(request: Request): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === COOKIE)?.[1];
}

/** Takes the same time wherever two strings of the same length differ. */
function equal(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
