/** A JSON text found in a stream, with the line on which it begins (from 1). */
export type JsonText = { readonly text: string; readonly line: number };

/** One value may be this long: a Pod is at most 1.5 MiB in etcd; Table or list wrappers are not expected. */
export const LONGEST_VALUE = 16 * 1024 * 1024;

/**
 * Cuts a stream of JSON objects into single texts, whether they stand one a line (NDJSON) or one after the other over
 * many lines, as `kubectl … -o json --output-watch-events` prints them. Text between objects is handed out as it is,
 * a line at a time, so that the reader can say where the nonsense stands.
 *
 * @throws RangeError when a value is longer than {@link LONGEST_VALUE}.
 */
export async function* splitJson(chunks: AsyncIterable<string>): AsyncGenerator<JsonText> {
  let pending = '';
  let line = 1;
  let start = 1;
  let depth = 0;
  let inString = false;
  let escaped = false;
  const take = (): JsonText[] => {
    const text = pending.trim();
    pending = '';
    return text === '' ? [] : [{ text, line: start }];
  };
  for await (const chunk of chunks) {
    for (const character of chunk) {
      if (pending === '') start = line;
      pending += character;
      if (character === '\n') line++;
      if (pending.length > LONGEST_VALUE) {
        throw new RangeError(`line ${start}: a JSON value longer than ${LONGEST_VALUE / 2 ** 20} MiB`);
      }
      if (inString) {
        inString = escaped || character !== '"';
        escaped = !escaped && character === '\\';
      } else if (character === '"') {
        inString = depth > 0;
      } else if (character === '{' || character === '[') {
        depth++;
      } else if ((character === '}' || character === ']') && depth > 0) {
        depth--;
        if (depth === 0) yield* take();
      } else if (character === '\n' && depth === 0) {
        yield* take();
      }
    }
  }
  yield* take();
}
