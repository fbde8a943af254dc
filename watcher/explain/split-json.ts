/** A JSON text found in a stream, with the line on which it begins (from 1). */
export type JsonText = {
  readonly text: string;
  readonly line: number;
  /** It stood in the `items` of a list. */
  readonly isItem: boolean;
};

/** What was found, if anything, and where in the text reading goes on. */
type Step = { readonly found: JsonText | null; readonly next: number };

/** One value may be this long, an item of a list counting as one: a Pod is at most 1.5 MiB in etcd. */
export const LONGEST_VALUE = 16 * 1024 * 1024;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const SPACE = 0x20;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const ITEMS = 'items';

/**
 * Where the reader stands: `value`, in or between values; `items`, in the `items` of a list; `rest`, behind them.
 */
type Place = 'value' | 'items' | 'rest';

/**
 * Cuts a stream of JSON objects into single texts, whether they stand one a line (NDJSON) or one after the other over
 * many lines, as `kubectl … -o json --output-watch-events` prints them. Of a list (`kubectl get … -o json`), and of an array
 * (`jq .items`), the items are handed out one by one, so that the list of a whole cluster needs no more memory than its largest Pod. Text between
 * objects is handed out as it is, a line at a time, so that the reader can say where the nonsense stands.
 */
export class JsonSplitter {
  #place: Place = 'value';
  #pending = '';
  #line: number;
  /** On which line `#pending` began. */
  #start: number;
  #listStart = 1;
  #depth = 0;
  /** Where items stand: 1 in an array, 2 in the `items` of a list. */
  #itemDepth = 0;
  #inString = false;
  #escaped = false;
  /** The last string directly in the outermost object, and whether only a colon came after it. */
  #key = '';
  #isKeyNew = false;

  /** @param line on which the stream begins. */
  constructor(line: number) {
    this.#line = line;
    this.#start = line;
  }

  /** On which line it stands. */
  get line(): number {
    return this.#line;
  }

  /** Whether it stands between two values, with nothing of the next one read. */
  isBetween(): boolean {
    return this.#place === 'value' && this.#depth === 0 && this.#pending === '';
  }

  /** A line was read without it. Only between two values. */
  passLine(): void {
    this.#line++;
  }

  /**
   * Reads on to the end of the next value, or to that of the text.
   *
   * @throws RangeError when a value is longer than {@link LONGEST_VALUE}.
   */
  read(text: string, from: number): Step {
    /** Where in the text that begins which belongs to the pending value; -1 while nothing does. */
    let run = this.#isKept(-1) ? from : -1;
    for (let at = from; at < text.length; at++) {
      if (this.#inString) {
        at = this.#readString(text, at);
        continue;
      }
      const code = text.charCodeAt(at);
      if (run === -1 && this.#isKept(code)) run = at;
      if (run === at && this.#pending === '') this.#start = this.#line;
      const isTaken = this.#step(code);
      if (isTaken !== null) {
        if (run !== -1) this.#pending += text.slice(run, at + 1);
        const found = this.#take(isTaken === 'item');
        if (found !== null) return { found, next: at + 1 };
        run = this.#isKept(-1) ? at + 1 : -1;
      } else if (!this.#isKept(-1)) run = -1;
    }
    if (run !== -1) this.#pending += text.slice(run);
    this.#checkLength();
    return { found: null, next: text.length };
  }

  /** What is left at the end of the stream. */
  end(): JsonText | null {
    const rest = this.#take(this.#place === 'items');
    // A list that was cut off between two items is no whole list.
    return (
      rest ?? (this.#place === 'value' ? null : { text: '{"items":[', line: this.#listStart, isItem: false })
    );
  }

  /** Whether what follows belongs to a value, `code` being its first character. */
  #isKept(code: number): boolean {
    if (this.#place === 'value') return true;
    return this.#place === 'items' && (this.#depth > this.#itemDepth || code === OPEN_OBJECT);
  }

  /** Reads a character outside of strings, and says whether a value ends with it. */
  #step(code: number): 'value' | 'item' | null {
    switch (code) {
      case QUOTE:
        this.#inString = this.#depth > 0;
        this.#key = '';
        return null;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        this.#open(code);
        return null;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        return this.#depth > 0 ? this.#close() : null;
      case NEWLINE:
        this.#line++;
        return this.#depth === 0 ? 'value' : null;
      default:
        if (code > SPACE && code !== COLON) this.#isKeyNew = false;
        return null;
    }
  }

  /** @returns where the string ends, or the text does. */
  #readString(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#escaped) this.#escaped = false;
      else if (code === BACKSLASH) this.#escaped = true;
      else if (code === QUOTE) {
        this.#inString = false;
        this.#isKeyNew = this.#depth === 1;
        return at;
      }
      if (code === NEWLINE) this.#line++;
      if (this.#depth === 1 && this.#key.length <= ITEMS.length) this.#key += text.charAt(at);
    }
    return text.length;
  }

  #open(code: number): void {
    const isItems = this.#depth === 1 && this.#isKeyNew && this.#key === ITEMS;
    if (code === OPEN_ARRAY && this.#place === 'value' && (isItems || this.#depth === 0)) {
      this.#itemDepth = this.#depth + 1;
      this.#place = 'items';
      this.#listStart = this.#start;
      this.#pending = '';
    }
    this.#isKeyNew = false;
    this.#depth++;
  }

  #close(): 'value' | 'item' | null {
    this.#depth--;
    if (this.#place === 'value') return this.#depth === 0 ? 'value' : null;
    if (this.#depth === 0) this.#place = 'value';
    else if (this.#place === 'items' && this.#depth < this.#itemDepth) this.#place = 'rest';
    return this.#place === 'items' && this.#depth === this.#itemDepth ? 'item' : null;
  }

  #take(isItem: boolean): JsonText | null {
    this.#checkLength();
    const text = this.#pending.trim();
    this.#pending = '';
    return text === '' ? null : { text, line: this.#start, isItem };
  }

  #checkLength(): void {
    if (this.#pending.length > LONGEST_VALUE)
      throw new RangeError(`line ${this.#start}: a JSON value longer than ${LONGEST_VALUE / 2 ** 20} MiB`);
  }
}
