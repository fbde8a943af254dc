import { html } from 'hono/html';

/** What `html` gives: escaped text, ready to be put into a page. */
export type Markup = ReturnType<typeof html>;

/** The document around everything that this site shows to people. */
export function renderFrame(content: Markup): Markup {
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
        ${content}
      </body>
    </html>`;
}

/** A page that only says something, for example that there is no access. */
export function renderNotice(title: string, sentences: readonly Markup[]): Markup {
  return renderFrame(html`<header id="top"><h1>Offhook</h1></header>
    <main>
      <section class="notice">
        <h2>${title}</h2>
        ${sentences.map((sentence) => html`<div>${sentence}</div>`)}
      </section>
    </main>`);
}
