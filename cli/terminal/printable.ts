/**
 * A cell of a table: text that somebody else wrote, on one line and no longer than it is, without what a terminal would
 * obey. `--json` and an export spell the same out.
 */
export function printable(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, '?');
}
