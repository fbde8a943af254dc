import type { CommandIo } from '../command/command-io.ts';
import { formatTable } from './format-table.ts';
import { jsonLine } from './json-line.ts';

/** A page of a list, the latest first; `next` goes on behind it, null at the end. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | number | null };

/** @property cursorOption takes the cursor of the next page: `--after`. */
type PageLayout<Item> = {
  readonly json: boolean;
  readonly toJson: (item: Item) => unknown;
  readonly heading: readonly string[];
  readonly toRow: (item: Item) => readonly string[];
  readonly noneText: string;
  readonly cursorOption: string;
};

/** Prints a page as JSON lines or as a table; that nothing matches, and how to go on, is for people: on standard error. */
export function printPage<Item>(
  { items, next }: Page<Item>,
  layout: PageLayout<Item>,
  { stdout, stderr }: Pick<CommandIo, 'stdout' | 'stderr'>,
): void {
  const { json, toJson, heading, toRow, noneText, cursorOption } = layout;
  if (json) for (const item of items) stdout.write(jsonLine(toJson(item)));
  else if (items.length > 0) stdout.write(`${formatTable([heading, ...items.map(toRow)])}\n`);
  else stderr.write(`${noneText}\n`);
  if (next !== null) stderr.write(`More: ${cursorOption} ${next}\n`);
}
