import { isRecord } from '../lifecycle/snapshot/json-field.ts';
import { parsePods } from '../source/api/parse-pods.ts';
import { JsonSplitter, type JsonText } from './split-json.ts';

export type RecordedValue = {
  readonly json: unknown;
  /** On which line it begins, from 1. */
  readonly line: number;
  /** It stood in the `items` of a list. */
  readonly isItem: boolean;
};

/** A line that is longer is read in pieces: it may be the list of a whole cluster. */
const LONGEST_LINE = 1024 * 1024;

/**
 * The JSON values of a stream: of lines, of values over many lines, and of the items of lists (see {@link JsonSplitter}).
 *
 * A line that is one object, as recordings have them, is handed to the parser as it stands. Whether it is one, the parser
 * says, which looks at each character anyway: to look for the end of every value first took six times as long as parsing.
 *
 * @param onFault called with what is no JSON, as `line 7: …`; the rest is still read.
 * @returns values as they become complete, some at a time.
 * @throws RangeError when a value is too long.
 */
export async function* readRecordedValues(
  chunks: AsyncIterable<string>,
  onFault: (message: string) => void,
): AsyncGenerator<readonly RecordedValue[]> {
  const reader = new JsonReader(1, onFault);
  for await (const chunk of chunks) {
    yield reader.push(chunk);
  }
  yield reader.end();
}

class JsonReader {
  readonly #splitter: JsonSplitter;
  readonly #onFault: (message: string) => void;
  #values: RecordedValue[] = [];
  /** The beginning of a line of which the end has not come yet. */
  #begun = '';

  constructor(line: number, onFault: (message: string) => void) {
    this.#splitter = new JsonSplitter(line);
    this.#onFault = onFault;
  }

  push(chunk: string): readonly RecordedValue[] {
    const text = this.#begun + chunk;
    this.#begun = '';
    let at = 0;
    while (at < text.length) {
      const end = this.#splitter.isBetween() ? text.indexOf('\n', at) : -1;
      if (end !== -1 && this.#readLine(text.slice(at, end))) at = end + 1;
      else if (end === -1 && this.#splitter.isBetween() && text.length - at <= LONGEST_LINE) {
        this.#begun = text.slice(at);
        at = text.length;
      } else at = this.#split(text, at);
    }
    return this.#taken();
  }

  end(): readonly RecordedValue[] {
    if (!this.#readLine(this.#begun))
      for (let at = 0; at < this.#begun.length; ) at = this.#split(this.#begun, at);
    const rest = this.#splitter.end();
    if (rest !== null) this.#parse(rest);
    return this.#taken();
  }

  #taken(): readonly RecordedValue[] {
    const values = this.#values;
    this.#values = [];
    return values;
  }

  /** @returns false when the line is not one object, or is a list whose items only the splitter can tell. */
  #readLine(text: string): boolean {
    if (!text.startsWith('{')) return false;
    const { line } = this.#splitter;
    let json: unknown;
    try {
      json = parsePods(text);
    } catch {
      return false;
    }
    if (!isRecord(json) || Array.isArray(json.items)) return false;
    this.#splitter.passLine();
    this.#values.push({ json, line, isItem: false });
    return true;
  }

  /** @returns where it stopped: behind a value, or at the end. */
  #split(text: string, from: number): number {
    const { found, next } = this.#splitter.read(text, from);
    if (found !== null) this.#parse(found);
    return next;
  }

  /**
   * A line cut off in the middle swallows the lines after it, because its brackets stay open: only the first line of
   * such a text is given up, the rest is read again.
   */
  #parse({ text, line, isItem }: JsonText): void {
    try {
      this.#values.push({ json: parsePods(text), line, isItem });
      return;
    } catch {
      this.#onFault(`line ${line}: not valid JSON`);
    }
    const end = text.indexOf('\n');
    if (end < 0) return;
    const again = new JsonReader(line + 1, this.#onFault);
    this.#values.push(...again.push(text.slice(end + 1)), ...again.end());
  }
}
