import type { Clock } from '../../../settings/ambient/clock.ts';
import type { Access, CheckAccess } from '../access-decision.ts';
import { equalText, hashText } from '../keyed-hash.ts';
import { formatCookie, readCookie } from '../page-cookie.ts';
import { takeLogin, type UsedLinks } from './login-link.ts';

const MIN_TOKEN_LENGTH = 16;
const COOKIE = 'offhook_page';
const COOKIE_SECONDS = 30 * 24 * 3_600;
const BEARER = /^Bearer +(\S+)$/i;

type TokenAccessDeps = { readonly used: UsedLinks; readonly clock: Clock };

/**
 * Lets in who has the token: by `authorization: Bearer <token>`, or by a cookie that `/?token=<token>` or a one-time
 * link (`/?login=…`) is exchanged for.
 *
 * @throws RangeError when the token is shorter than 16 characters.
 */
export function createTokenAccess(token: string, { used, clock }: TokenAccessDeps): CheckAccess {
  if (token.length < MIN_TOKEN_LENGTH) {
    throw new RangeError(
      `the page token must have at least ${MIN_TOKEN_LENGTH} characters, got ${token.length}`,
    );
  }
  return async function checkToken(request) {
    const session = await digest(token);
    const identity = { how: 'token', name: null } as const;
    if (equalText(session, readCookie(request, COOKIE) ?? '')) {
      return { kind: 'allowed', identity, proof: { kind: 'session', secret: session } };
    }
    const bearer = BEARER.exec(request.headers.get('authorization') ?? '')?.[1];
    if (bearer !== undefined && equalText(session, await digest(bearer))) {
      return { kind: 'allowed', identity, proof: { kind: 'bearer' } };
    }
    return enter(request, session);
  };

  /** Only a visit to the page itself: a HEAD, as sent by what previews links, must not use one up. */
  async function enter(request: Request, session: string): Promise<Access | null> {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method !== 'GET' || pathname !== '/') return null;
    const [given, login] = [searchParams.get('token'), searchParams.get('login')];
    const good =
      (given !== null && equalText(session, await digest(given))) ||
      (login !== null && (await takeLogin(login, { token, used, nowMs: clock.nowMs() })));
    if (good) return { kind: 'enter', setCookie: formatCookie(request, COOKIE, session, COOKIE_SECONDS) };
    return login === null ? null : { kind: 'denied', why: 'loginLink' };
  }
}

/** The cookie holds a hash: whoever reads a cookie jar or a log has not read the token. */
function digest(token: string): Promise<string> {
  return hashText(`offhook page\0${token}`);
}
