/** Text that somebody else wrote, on one line and without what a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}
