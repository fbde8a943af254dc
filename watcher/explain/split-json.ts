/** A JSON text found in a stream, with the line on which it begins (from 1). */
export type JsonText = {
  readonly text: string;
  readonly line: number;
  /** It stood in the `items` of a list. */
  readonly isItem: boolean;
};

/** One value may be this long, an item of a list counting as one: a Pod is at most 1.5 MiB in etcd. */
export const LONGEST_VALUE = 16 * 1024 * 1024;

/**
 * Cuts a stream of JSON objects into single texts, whether they stand one a line (NDJSON) or one after the other over
 * many lines, as `kubectl … -o json --output-watch-events` prints them. Of a list (`kubectl get … -o json`), and of an array
 * (`jq .items`), the items are handed out one by one, so that the list of a whole cluster needs no more memory than its largest Pod. Text between
 * objects is handed out as it is, a line at a time, so that the reader can say where the nonsense stands.
 *
 * @throws RangeError when a value is longer than {@link LONGEST_VALUE}.
 */
export async function* splitJson(chunks: AsyncIterable<string>): AsyncGenerator<JsonText> {
  const splitter = new Splitter();
  for await (const chunk of chunks) {
    for (const character of chunk) {
      const found = splitter.read(character);
      if (found !== null) yield found;
    }
  }
  const rest = splitter.end();
  if (rest !== null) yield rest;
}

/**
 * Where the reader stands: `value`, in or between values; `items`, in the `items` of a list; `rest`, behind them.
 */
type Place = 'value' | 'items' | 'rest';

class Splitter {
  #place: Place = 'value';
  #pending = '';
  #line = 1;
  /** On which line `#pending` began. */
  #start = 1;
  #listStart = 1;
  #depth = 0;
  /** Where items stand: 1 in an array, 2 in the `items` of a list. */
  #itemDepth = 0;
  #inString = false;
  #escaped = false;
  /** The last string directly in the outermost object, and whether only a colon came after it. */
  #key = '';
  #isKeyNew = false;

  read(character: string): JsonText | null {
    this.#keep(character);
    if (character === '\n') this.#line++;
    if (this.#inString) {
      this.#readString(character);
      return null;
    }
    switch (character) {
      case '"':
        this.#inString = this.#depth > 0;
        this.#key = '';
        return null;
      case '{':
      case '[':
        return this.#open(character);
      case '}':
      case ']':
        return this.#depth > 0 ? this.#close() : null;
      case '\n':
        return this.#depth === 0 ? this.#take(false) : null;
      default:
        if (!/[\s:]/.test(character)) this.#isKeyNew = false;
        return null;
    }
  }

  end(): JsonText | null {
    const rest = this.#take(this.#place === 'items');
    // A list that was cut off between two items is no whole list.
    return (
      rest ?? (this.#place === 'value' ? null : { text: '{"items":[', line: this.#listStart, isItem: false })
    );
  }

  #keep(character: string): void {
    const isBetweenItems = this.#place === 'items' && this.#depth === this.#itemDepth && character !== '{';
    if (isBetweenItems || this.#place === 'rest') return;
    if (this.#pending === '') this.#start = this.#line;
    this.#pending += character;
    if (this.#pending.length > LONGEST_VALUE)
      throw new RangeError(`line ${this.#start}: a JSON value longer than ${LONGEST_VALUE / 2 ** 20} MiB`);
  }

  #readString(character: string): void {
    this.#inString = this.#escaped || character !== '"';
    this.#escaped = !this.#escaped && character === '\\';
    if (this.#depth !== 1) return;
    if (this.#inString && this.#key.length < 'items'.length + 1) this.#key += character;
    this.#isKeyNew = !this.#inString;
  }

  #open(character: string): null {
    const isItems = this.#depth === 1 && this.#isKeyNew && this.#key === 'items';
    if (character === '[' && this.#place === 'value' && (isItems || this.#depth === 0)) {
      this.#itemDepth = this.#depth + 1;
      this.#place = 'items';
      this.#listStart = this.#start;
      this.#pending = '';
    }
    this.#isKeyNew = false;
    this.#depth++;
    return null;
  }

  #close(): JsonText | null {
    this.#depth--;
    if (this.#place === 'value') return this.#depth === 0 ? this.#take(false) : null;
    if (this.#depth === 0) this.#place = 'value';
    else if (this.#place === 'items' && this.#depth < this.#itemDepth) this.#place = 'rest';
    return this.#place === 'items' && this.#depth === this.#itemDepth ? this.#take(true) : null;
  }

  #take(isItem: boolean): JsonText | null {
    const text = this.#pending.trim();
    this.#pending = '';
    return text === '' ? null : { text, line: this.#start, isItem };
  }
}
