import { html } from 'hono/html';
import { formatCursor } from './cursor.ts';
import { type Markup, renderEntry } from './render-entry.ts';
import type { TimelinePart } from './timeline.ts';

/** The page with its first view; `/page.js` keeps it current. */
export function renderPage({ entries, cursor }: TimelinePart): Markup {
  const newestFirst = [...entries].reverse();
  return frame(html`<main data-cursor="${formatCursor(cursor)}">
    ${renderEmpty()}
    <div class="columns" aria-hidden="true">
      <span>Time</span><span>Hook</span><span>Pod</span><span>Facts</span><span>Latency</span
      ><span>Handlers</span>
    </div>
    <ol id="entries">${newestFirst.map(renderEntry)}</ol>
  </main>`);
}

/** Shown instead of the page to who has no token. */
export function renderDenied(): Markup {
  return frame(html`<main>
    <section class="notice">
      <h2>This page needs its token</h2>
      <p>Open it once as <code>/?token=…</code> with the value of <code>PAGE_TOKEN</code>. A cookie remembers it.</p>
    </section>
  </main>`);
}

function renderEmpty(): Markup {
  return html`<section class="notice" id="empty">
    <h2>Waiting for the first event</h2>
    <p>This receiver is up. Events show here as soon as a watcher delivers one:</p>
    <ol>
      <li>Let a subscription of the watcher point at <code>/events</code> of this address.</li>
      <li>Give both sides the same signing secret (<code>offhook keygen</code> makes one).</li>
      <li>Start, restart or delete a Pod.</li>
    </ol>
    <p>Nothing after a minute? The watcher's log says what this receiver answered.</p>
  </section>`;
}

function frame(content: Markup): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Offhook · container lifecycles</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/page.css" />
        <script src="/page.js" defer></script>
      </head>
      <body>
        <header>
          <h1>Offhook</h1>
          <p>container lifecycle events, off the cluster</p>
          <p id="live" role="status">connecting</p>
        </header>
        ${content}
      </body>
    </html>`;
}
