import { html, raw } from 'hono/html';
import type { PageFilter } from '../model/address/page-address.ts';
import { NAME_FILTERS } from '../model/address/page-address.ts';
import type { FirstView } from '../model/page-api.ts';
import { type Markup, renderFrame } from './render-frame.ts';
import { renderRunTable } from './render-run-table.ts';

/** The page with its first view: a table that is complete without the script, and the data the script draws. */
export function renderPage(view: FirstView, filter: PageFilter): Markup {
  const isEmpty = view.entries.length === 0 && view.running.length === 0;
  return renderFrame(html`<a class="skip" href="#chart">Skip to the timeline</a>
    <a class="skip" href="#table-view">Skip to the runs as a table</a>
    <header id="top"><h1>Offhook</h1><p id="live" role="status"></p></header>
    <form id="filters" role="search" aria-label="Filters">${renderFilterForm(filter)}</form>
    <main id="timeline">
      <section id="chart" aria-label="Timeline" hidden></section>
      ${renderEmpty(isEmpty, filter)}
      <section id="table-view" aria-labelledby="table-title" tabindex="-1">
        <h2 id="table-title">Runs</h2>
        ${renderRunTable(view, filter)}
      </section>
    </main>
    <dialog id="details" aria-labelledby="details-title"></dialog>
    <script type="application/json" id="first-view">${raw(embeddedJson(view))}</script>`);
}

/** JSON that stays inside its script element, and is valid wherever a script is. */
function embeddedJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

/** For readers without the script, which writes its own form here. */
function renderFilterForm(filter: PageFilter): Markup {
  return html`<noscript>
    ${NAME_FILTERS.map(
      (name) =>
        html`<label>${name} <input name="${name}" value="${filter[name] ?? ''}" maxlength="300" /></label> `,
    )}
    <button>Show</button>
  </noscript>`;
}

function renderEmpty(isEmpty: boolean, filter: PageFilter): Markup {
  const isFiltered = NAME_FILTERS.some((name) => filter[name] !== null);
  const steps = html`<h2>Waiting for the first event</h2>
    <p>This receiver is up. Events show here as soon as a watcher delivers one:</p>
    <ol>
      <li>Let a subscription of the watcher point at <code>/events</code> of this address.</li>
      <li>Give both sides the same signing secret (<code>offhook keygen</code> makes one).</li>
      <li>Start, restart or delete a Pod.</li>
    </ol>
    <p>Nothing after a minute? The watcher's log says what this receiver answered.</p>`;
  const nothing = html`<h2>Nothing fits these filters</h2>
    <p>No event of the last 31 days does. <a href="/">Show everything</a></p>`;
  return html`<section id="empty" class="notice" ${isEmpty ? '' : 'hidden'}>${isFiltered ? nothing : steps}</section>`;
}
