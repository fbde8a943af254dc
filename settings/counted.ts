/**
 * A number with its word: `1 attempt`, `2 attempts`.
 *
 * @param many the word for any other number than one, where that is not `one` and an s.
 */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
