import { type Bound, type Figure, isMet, type Unit } from './figure.ts';

const HEADINGS = ['what', 'measured', 'floor', 'ratio', 'required', 'aim', ''];

/** The figures as a Markdown table, so that what is printed can be put into a document as it is. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = [HEADINGS, ...figures.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0), 3));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head = HEADINGS, ...body] = rows;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function cells({ what, measured, floor, value, unit, required, aim }: Figure): readonly string[] {
  const ratio = unit === '%' || unit === 'x' ? amount(value, unit) : '';
  const verdict =
    aim !== null && isMet(value, aim) ? 'met, and the aim' : isMet(value, required) ? 'met' : 'not met';
  return [what, measured, floor, ratio, bound(required, unit), aim === null ? '' : bound(aim, unit), verdict];
}

function bound(limit: Bound, unit: Unit): string {
  return 'atLeast' in limit ? `>= ${amount(limit.atLeast, unit)}` : `<= ${amount(limit.atMost, unit)}`;
}

function amount(value: number, unit: Unit): string {
  if (unit === '%') return `${Math.round(value)} %`;
  if (unit === 'x') return `${value.toFixed(2)}x`;
  return `${Number(value.toFixed(1))} ${unit}`;
}
