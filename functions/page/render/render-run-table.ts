import { html } from 'hono/html';
import type { PageFilter } from '../model/address/page-address.ts';
import type { FirstView } from '../model/page-api.ts';
import { createTrail } from '../model/runs/trail.ts';
import { createMomentFormat } from '../model/time/moment-format.ts';
import { RUN_COLUMNS, runCells, runLines } from '../model/words/run-table.ts';
import type { Markup } from './render-frame.ts';

const MOST_LINES = 200;

/** The newest runs of the view as a table, in UTC; the script puts the reader's own time in their place. */
export function renderRunTable({ entries, running, nowMs }: FirstView, filter: PageFilter): Markup {
  const trail = createTrail();
  trail.add(running);
  trail.add(entries);
  const format = createMomentFormat('UTC');
  const lines = runLines(trail.lanes().values(), filter).slice(0, MOST_LINES);
  return html`<table>
    <thead>
      <tr>${RUN_COLUMNS.map((column) => html`<th scope="col">${column}</th>`)}</tr>
    </thead>
    <tbody id="runs">
      ${lines.map(
        (line) => html`<tr>${runCells(line, nowMs, format).map((cell) => html`<td>${cell}</td>`)}</tr>`,
      )}
    </tbody>
  </table>`;
}
