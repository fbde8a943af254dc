/** A text as one word of a POSIX shell: in single quotes everything is taken as it is. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
