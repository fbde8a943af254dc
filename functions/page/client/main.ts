/**
 * The page's script, bundled by esbuild (`format: 'iife'`, `target: 'es2022'`, minified) and served as `/page.js`.
 *
 * What it expects of the server's HTML (everything else it builds itself; every id once):
 *
 * ```html
 * <head> … <link rel="stylesheet" href="/page.css"> <script src="/page.js" defer></script> </head>
 * <body>
 *   <a class="skip" href="#chart">Skip to the timeline</a>
 *   <a class="skip" href="#table-view">Skip to the runs as a table</a>
 *   <header id="top"><h1>Offhook</h1><p id="live" role="status"></p></header>
 *   <form id="filters" role="search" aria-label="Filters"></form>          <!-- empty: the script fills it -->
 *   <main id="timeline">
 *     <section id="chart" aria-label="Timeline" hidden></section>          <!-- empty: the script fills and shows it -->
 *     <section id="empty" class="notice" hidden?>…first steps…</section>   <!-- hidden unless there are no entries -->
 *     <section id="table-view" aria-labelledby="table-title" tabindex="-1">
 *       <h2 id="table-title">Runs</h2>
 *       <table><thead><tr><th scope="col">…</th></tr></thead><tbody id="runs">…</tbody></table>
 *     </section>                                                           <!-- columns and cells: model/words/run-table.ts -->
 *   </main>
 *   <dialog id="details" aria-labelledby="details-title"></dialog>         <!-- empty -->
 *   <script type="application/json" id="first-view">FirstView, with < as \u003c</script>
 * </body>
 * ```
 *
 * A page that was denied has no `#first-view`; the script then does nothing. Its words stand in
 * `<main><section class="notice"><h2>…</h2><p>…</p></section></main>`.
 *
 * URL of the page: `cluster`, `namespace`, `pod`, `container` (also the server's filters), `outcome`, `problems=1`,
 * `view=table`; read and written by model/address/page-address.ts. The fragment (`#from=…&to=…&event=…`) is the script's own.
 * `/live`, `/timeline.json` and `/running.json` get the four filters.
 */
import { readEmbeddedView } from './opening/embedded-view.ts';
import { startPage } from './start/start-page.ts';

const firstView = readEmbeddedView();
if (firstView !== null) startPage(firstView);
