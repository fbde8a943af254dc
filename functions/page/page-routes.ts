import { Hono } from 'hono';
import type { PageAccess } from './access.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
import { renderEntry } from './render-entry.ts';
import { renderDenied, renderPage } from './render-page.ts';
import type { Timeline, TimelinePart } from './timeline.ts';

export type PageDeps = { readonly access: PageAccess; readonly timeline: Timeline };

const PAGE_ENTRIES = 100;
const FEED_ENTRIES = 50;

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

/**
 * The live page: `GET /`, its feed `GET /events.json?after=<cursor>`, and its two static files. Only what the
 * access allows leaves here; without a page every one of them is a 404.
 */
export function createPageRoutes({ access, timeline }: PageDeps): Hono {
  const routes = new Hono();

  routes.on('GET', ['/', '/events.json', '/page.js', '/page.css'], async (c, next) => {
    const decision = await access.check(c.req.raw);
    if (decision.kind === 'off') return c.json({ error: 'not_found', message: 'there is nothing here' }, 404);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    // The two static files are the same for everyone, also for who is about to be told about the token.
    if (decision.kind === 'denied' && c.req.path === '/') return c.html(renderDenied(), 401);
    if (decision.kind === 'denied' && c.req.path === '/events.json') {
      return c.json({ error: 'token_required', message: 'open the page with its token first' }, 401);
    }
    if (decision.kind === 'allowed' && decision.setCookie) c.header('set-cookie', decision.setCookie);
    return next();
  });

  routes.get('/', async (c) => c.html(renderPage(await timeline.latest(PAGE_ENTRIES))));
  routes.get('/events.json', async (c) => {
    const after = c.req.query('after');
    if (after === undefined) return c.json(feedOf(await timeline.latest(FEED_ENTRIES)));
    const cursor = parseCursor(after);
    if (cursor === undefined) {
      return c.json({ error: 'bad_cursor', message: 'after must be a cursor from an earlier answer' }, 400);
    }
    return c.json(feedOf(await timeline.since(cursor, FEED_ENTRIES)));
  });
  routes.get('/page.js', (c) =>
    c.body(PAGE_SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  routes.get('/page.css', (c) => c.body(PAGE_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
  return routes;
}

/** Each entry as data, and as the markup the page shows for it. */
function feedOf({ entries, cursor }: TimelinePart) {
  return {
    cursor: formatCursor(cursor),
    entries: entries.map((entry) => ({ ...entry, html: String(renderEntry(entry)) })),
  };
}
