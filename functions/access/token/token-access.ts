import { readBody } from '../../../protocol/http/read-body.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';
import type { Access, CheckAccess } from '../access-decision.ts';
import { equalText, hashText } from '../keyed-hash.ts';
import { formatCookie, readCookie } from '../page-cookie.ts';
import { takeLogin, type UsedLinks } from './login-link.ts';

const MIN_TOKEN_LENGTH = 16;
const COOKIE = 'offhook_page';
const COOKIE_SECONDS = 30 * 24 * 3_600;
const MOST_FORM_BYTES = 8 * 1_024;
const BEARER = /^Bearer +(\S+)$/i;

type TokenAccessDeps = { readonly used: UsedLinks; readonly clock: Clock };

/**
 * Lets in who has the token: by `authorization: Bearer <token>`, or by a cookie for which the form of the
 * denied page (`POST /`), `/?token=<token>` or a one-time link (`/?login=…`) is exchanged.
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
    const cookie = readCookie(request, COOKIE) ?? '';
    if (equalText(session, cookie)) {
      return { kind: 'allowed', identity, proof: { kind: 'session', secret: session } };
    }
    const bearer = BEARER.exec(request.headers.get('authorization') ?? '')?.[1];
    if (bearer !== undefined) {
      return equalText(session, await digest(bearer))
        ? { kind: 'allowed', identity, proof: { kind: 'bearer' } }
        : { kind: 'denied', why: 'wrongToken' };
    }
    return (await enter(request, session)) ?? (cookie === '' ? null : { kind: 'denied', why: 'oldCookie' });
  };

  /** Only a visit to the page itself: a HEAD, as sent by what previews links, must not use one up. */
  async function enter(request: Request, session: string): Promise<Access | null> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== '/' || (request.method !== 'GET' && request.method !== 'POST')) return null;
    const given = request.method === 'POST' ? await readFormToken(request) : searchParams.get('token');
    const login = searchParams.get('login');
    const good =
      (given !== null && equalText(session, await digest(given))) ||
      (login !== null && (await takeLogin(login, { token, used, nowMs: clock.nowMs() })));
    if (good) return { kind: 'enter', setCookie: formatCookie(request, COOKIE, session, COOKIE_SECONDS) };
    if (given !== null) return { kind: 'denied', why: 'wrongToken' };
    return login === null ? null : { kind: 'denied', why: 'loginLink' };
  }
}

/** What was entered on the page for who is denied; null for anything but its form. */
async function readFormToken(request: Request): Promise<string | null> {
  const type = request.headers.get('content-type') ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) return null;
  const body = await readBody(request.body, MOST_FORM_BYTES);
  if (body.kind === 'tooLarge') return null;
  return new URLSearchParams(new TextDecoder().decode(body.bytes)).get('token')?.trim() ?? null;
}

/** The cookie holds a hash: whoever reads a cookie jar or a log has not read the token. */
function digest(token: string): Promise<string> {
  return hashText(`offhook page\0${token}`);
}
