import type { PageFilter } from '../../model/address/page-address.ts';
import type { ContainerRun } from '../../model/runs/container-run.ts';
import type { Lane } from '../../model/runs/lane.ts';
import { countWords } from '../../model/text/number-words.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import { type RunLine, runCells, runLines } from '../../model/words/run-table.ts';
import { button, decoration, element, setText } from '../dom/element.ts';

type TableDeps = {
  readonly section: HTMLElement;
  readonly body: HTMLElement;
  readonly format: MomentFormat;
  onOpen(lane: Lane, run: ContainerRun): void;
  /** More lines are wanted than are loaded. */
  onOlder(): void;
};

/** @property older whether there may be older events that are not loaded. */
type TableMoment = { readonly nowMs: number; readonly older: boolean };

const PORTION = 200;

type TableRow = { readonly made: HTMLTableRowElement; readonly cells: readonly HTMLElement[]; line: RunLine };

/** The runs as a table, in portions. Rows stay the same elements while they change, so that no focus gets lost. */
export function createTableView({ section, body, format, onOpen, onOlder }: TableDeps) {
  const rows = new Map<string, TableRow>();
  const count = element('p', { class: 'count', role: 'status' });
  const more = button({ class: 'more' }, () => {
    portion += PORTION;
    onOlder();
    again();
  });
  section.append(more);
  section.querySelector('h2')?.after(count);
  // On a phone the rows are laid out as cards: said in so many words, they stay a table to a screen reader.
  body.setAttribute('role', 'rowgroup');
  body.parentElement?.setAttribute('role', 'table');
  body.replaceChildren();
  let portion = PORTION;
  let again = () => {};

  function createRow(line: RunLine): TableRow {
    const made = element('tr', { role: 'row' });
    const open = button({}, () => onOpen(row.line.lane, row.line.run));
    const outcome = element('td', { role: 'cell' }, decoration(), open);
    const texts = runCells(line, 0, format)
      .slice(1)
      .map(() => element('td', { role: 'cell' }));
    made.append(outcome, ...texts);
    const row: TableRow = { made, cells: [open, ...texts], line };
    return row;
  }

  return {
    show(lanes: Iterable<Lane>, filter: PageFilter, { nowMs, older }: TableMoment): void {
      again = () => this.show(lanes, filter, { nowMs, older });
      const all = runLines(lanes, filter);
      const lines = all.slice(0, portion);
      const wanted = new Set(lines.map(({ run }) => run.id));
      for (const [id, { made }] of rows) {
        if (wanted.has(id)) continue;
        made.remove();
        rows.delete(id);
      }
      lines.forEach((line, index) => {
        const row = rows.get(line.run.id) ?? createRow(line);
        rows.set(line.run.id, row);
        row.line = line;
        row.made.dataset.state = line.run.state;
        runCells(line, nowMs, format).forEach((text, cell) => {
          const target = row.cells[cell];
          if (target === undefined) return;
          setText(target, text);
          target.classList.toggle('nothing', text === '–');
        });
        if (body.children[index] !== row.made) body.insertBefore(row.made, body.children[index] ?? null);
      });
      setText(count, `${countWords(lines.length)} of ${countWords(all.length)} loaded runs`);
      more.hidden = lines.length === all.length && !older;
      setText(more, lines.length === all.length ? 'Load older events' : 'Show more');
    },
  };
}
