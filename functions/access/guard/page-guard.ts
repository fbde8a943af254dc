import type { Context, MiddlewareHandler } from 'hono';
import type { Allowed, Denial, PageAccess } from '../access-decision.ts';
import { renderDenied, renderEntered, renderWrongHost } from './render-refusal.ts';

/** What routes behind the guard find in their context. */
export type PageEnv = { Variables: { allowed: Allowed } };

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
};
/** Part of an address that is exchanged for a cookie, and must not stay in it. */
const ENTRANCES = ['token', 'login'];

/**
 * Lets through only whom the access allows. Without a page everything is a 404, as if this were not there.
 *
 * @param open whether this route is shown also to who is denied: the two files are the same for everyone.
 */
export function createPageGuard(access: PageAccess, { open = false } = {}): MiddlewareHandler<PageEnv> {
  return async function pageGuard(c, next) {
    const decision = await access.check(c.req.raw);
    if (decision.kind === 'off') return c.json({ error: 'not_found', message: 'there is nothing here' }, 404);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    if (decision.kind === 'wrongHost') return refuseHost(c);
    if (decision.kind === 'denied' && !open) return deny(c, access.ways, decision.why);
    if (decision.kind === 'enter' && !open) return enter(c, decision.setCookie);
    if (decision.kind === 'allowed') {
      // Who is in already has pressed the form's button once more.
      if (c.req.path === '/' && c.req.method === 'POST' && access.ways.includes('token')) return enter(c);
      if (c.req.path === '/' && ENTRANCES.some((name) => c.req.query(name) !== undefined)) return enter(c);
      c.set('allowed', decision);
    }
    return next();
  };
}

function deny(c: Context, ways: PageAccess['ways'], why: Denial) {
  if (ways.includes('token')) c.header('www-authenticate', 'Bearer realm="offhook"');
  if (c.req.path === '/') return c.html(renderDenied(ways, why, ownAddress(c)), 401);
  if (why === 'wrongToken') {
    return c.json({ error: 'wrong_token', message: "this is not the token of the receiver's page" }, 401);
  }
  return c.json({ error: 'access_required', message: 'open the page first, or send its token' }, 401);
}

function refuseHost(c: Context) {
  if (c.req.path === '/') return c.html(renderWrongHost(), 403);
  const message = 'the page is open under a loopback name only, such as 127.0.0.1; set PAGE_TOKEN for others';
  return c.json({ error: 'wrong_host', message }, 403);
}

/** The page's address as it was asked for, without what lets in. */
function ownAddress(c: Context): string {
  const query = new URL(c.req.url).searchParams;
  for (const name of ENTRANCES) query.delete(name);
  return query.size === 0 ? '/' : `/?${query}`;
}

/** A redirect of a visit that another site started keeps a strict cookie back; a page of our own does not. */
function enter(c: Context, setCookie?: string) {
  if (setCookie !== undefined) c.header('set-cookie', setCookie);
  const location = ownAddress(c);
  return c.req.header('sec-fetch-site') === 'cross-site' || c.req.header('sec-fetch-site') === 'same-site'
    ? c.html(renderEntered(location))
    : c.redirect(location, 303);
}
