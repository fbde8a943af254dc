import { html } from 'hono/html';
import { type Markup, renderNotice } from '../../page/render/render-frame.ts';
import type { Denial, PageAccess } from '../access-decision.ts';

const WAYS: Readonly<Record<PageAccess['ways'][number], Markup>> = {
  token: html`The token is the value of <code>PAGE_TOKEN</code>, on Node what <code>page.tokenFile</code> holds; a
    cookie remembers it. <code>offhook page-link</code> makes a link that lets one browser in, once. A script sends
    <code>authorization: Bearer</code> and the token.`,
  cloudflareAccess: html`Open it under the address that Cloudflare Access protects, and log in there. If you did, the
    team (<code>PAGE_ACCESS_TEAM</code>) or the application's AUD tag (<code>PAGE_ACCESS_AUDIENCE</code>) is another one.`,
  alb: html`Open it under the address of the load balancer that logs people in. If you did, its ARN
    (<code>PAGE_ALB_ARN</code>) is another one.`,
};

const DENIALS: Readonly<Record<Denial, { readonly title: string; readonly sentence: string | null }>> = {
  noAccess: { title: 'This page is not open to everyone', sentence: null },
  loginLink: {
    title: 'This link is used up',
    sentence: 'This link was used already, or is older than ten minutes. Ask for a new one.',
  },
  wrongToken: {
    title: 'This token is not the right one',
    sentence:
      'It was compared as a whole, with capitals and small letters: is it of another receiver, or cut off?',
  },
  oldCookie: {
    title: 'This browser has to be let in again',
    sentence: 'The token has changed since it was let in, or another receiver had this address then.',
  },
};

/**
 * Shown instead of the page to who shows nothing that lets them in, with a field for the token where one does.
 *
 * @param address of the page, with its filters: where to go on from the field.
 */
export function renderDenied(ways: PageAccess['ways'], why: Denial, address: string): Markup {
  const { title, sentence } = DENIALS[why];
  const said = sentence === null ? [] : [html`<strong role="alert">${sentence}</strong>`];
  const field = ways.includes('token') ? [renderTokenForm(address)] : [];
  return renderNotice(title, [...said, ...field, ...ways.map((way) => WAYS[way])]);
}

function renderTokenForm(address: string): Markup {
  return html`<form class="token" method="post" action="${address}">
    <label>Token <input name="token" type="password" required autofocus autocomplete="current-password" maxlength="2000" /></label>
    <button class="primary">Open the page</button>
  </form>`;
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
