import { html } from 'hono/html';
import { type Markup, renderNotice } from '../../page/render/render-frame.ts';
import type { PageAccess } from '../access-decision.ts';

const WAYS: Readonly<Record<PageAccess['ways'][number], Markup>> = {
  token: html`Open it once as <code>/?token=…</code> with the value of <code>PAGE_TOKEN</code>, or by a one-time link.
    A cookie remembers it. A script sends <code>authorization: Bearer</code> and the token.`,
  cloudflareAccess: html`Open it under the address that Cloudflare Access protects, and log in there. If you did, the
    team (<code>PAGE_ACCESS_TEAM</code>) or the application's AUD tag (<code>PAGE_ACCESS_AUDIENCE</code>) is another one.`,
  alb: html`Open it under the address of the load balancer that logs people in. If you did, its ARN
    (<code>PAGE_ALB_ARN</code>) is another one.`,
};

/** Shown instead of the page to who shows nothing that lets them in. */
export function renderDenied(ways: PageAccess['ways'], why: 'noAccess' | 'loginLink'): Markup {
  const link = html`This link was used already, or is older than ten minutes. Ask for a new one.`;
  const sentences = ways.map((way) => WAYS[way]);
  return renderNotice(
    why === 'loginLink' ? 'This link is used up' : 'This page is not open to everyone',
    why === 'loginLink' ? [link, ...sentences] : sentences,
  );
}

/** Shown where the page is open but was not asked for on this machine. */
export function renderWrongHost(): Markup {
  return renderNotice('This page is open on this machine only', [
    html`Open it as <code>http://127.0.0.1</code> or <code>http://localhost</code> with its port. To show it under
      another name, set <code>PAGE_TOKEN</code>.`,
  ]);
}

/** Takes a browser that followed another site's link on to the page, as its own visitor: only then the cookie goes along. */
export function renderEntered(location: string): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="refresh" content="0; url=${location}" />
        <title>Offhook</title>
      </head>
      <body>
        <p><a href="${location}">Go on to the page</a></p>
      </body>
    </html>`;
}
