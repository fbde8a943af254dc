import type { JsonValue } from '../../protocol/json/any-json-value.ts';
import { MAX_JSON_DEPTH } from '../../protocol/json/strict-json.ts';
import type { KeptResult } from '../timeline/run-log.ts';

const KEPT_BYTES = 4_096;
/** What is larger is not looked at to its end. */
const MOST_COUNTED_BYTES = 262_144;
const CLASS_NAME = /^\w{1,40}$/;

/**
 * What is kept of what a handler returned: nothing of `undefined`; else the JSON value, a copy, where it has at most
 * 4,096 bytes as UTF-8 JSON; else a note that says why it is left out, with nothing from within the value. What JSON
 * would lose without a word (a function, NaN, a `Response`) is left out as a whole. Never throws.
 */
export function keepResult(returned: unknown): KeptResult {
  if (returned === undefined) return {};
  const copying: Copying = { bytes: 0, around: [] };
  try {
    const result = copy(returned, copying);
    return copying.bytes > KEPT_BYTES ? tooLarge(`${copying.bytes}`) : { result };
  } catch (error) {
    if (error === LARGER) return tooLarge(`more than ${MOST_COUNTED_BYTES}`);
    // Else a getter of the handler's own has thrown: what it says may be anything.
    return { resultOmitted: error instanceof NotJson ? `not JSON: ${error.what}` : 'cannot be read' };
  }
}

function tooLarge(bytes: string): KeptResult {
  return { resultOmitted: `too large: ${bytes} bytes of JSON, at most ${KEPT_BYTES} are kept` };
}

const LARGER: unique symbol = Symbol('larger than is counted');
const UTF8 = new TextEncoder();

class NotJson extends Error {
  readonly what: string;
  constructor(what: string) {
    super();
    this.what = what;
  }
}

/** @property around the objects that what is copied lies in, the outermost first. */
type Copying = { bytes: number; readonly around: object[] };

function copy(value: unknown, copying: Copying): JsonValue {
  switch (typeof value) {
    case 'string':
      return copyText(value, copying);
    case 'boolean':
      return copyPlain(value, copying);
    case 'number':
      if (!Number.isFinite(value)) throw new NotJson(String(value));
      // JSON has no -0.
      return copyPlain(value + 0, copying);
    case 'object':
      return value === null ? copyPlain(null, copying) : copyObject(value, copying);
    default:
      throw new NotJson(typeof value);
  }
}

function copyObject(value: object, copying: Copying): JsonValue {
  const { around } = copying;
  if (around.includes(value)) throw new NotJson('an object within itself');
  if (around.length >= MAX_JSON_DEPTH) throw new NotJson(`nested deeper than ${MAX_JSON_DEPTH}`);
  around.push(value);
  const copied = copyInside(value, copying);
  around.pop();
  return copied;
}

function copyInside(value: object, copying: Copying): JsonValue {
  if (Array.isArray(value)) return copyList(value, copying);
  if (isPlain(value)) return copyMembers(value, copying);
  // An error of an HTTP client may turn itself into JSON with the headers it had sent.
  if (!(value instanceof Error) && 'toJSON' in value && typeof value.toJSON === 'function')
    return copy(value.toJSON(), copying);
  throw new NotJson(className(value));
}

function copyList(list: readonly unknown[], copying: Copying): JsonValue {
  const copied: JsonValue[] = [];
  spend(copying, 2 + Math.max(0, list.length - 1));
  for (let index = 0; index < list.length; index += 1) copied.push(copy(list[index], copying));
  return copied;
}

function copyMembers(value: object, copying: Copying): JsonValue {
  const copied: [string, JsonValue][] = [];
  spend(copying, 2);
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    // Its colon, and the comma before all but the first.
    spend(copying, copied.length === 0 ? 1 : 2);
    copied.push([copyText(key, copying), copy(member, copying)]);
  }
  // As a property of its own, whatever its name is.
  return Object.fromEntries(copied);
}

function copyText(value: string, copying: Copying): string {
  if (value.length > MOST_COUNTED_BYTES) throw LARGER;
  spend(copying, UTF8.encode(JSON.stringify(value)).length);
  return value;
}

function copyPlain<T extends number | boolean | null>(value: T, copying: Copying): T {
  spend(copying, String(value).length);
  return value;
}

function spend(copying: Copying, bytes: number): void {
  copying.bytes += bytes;
  if (copying.bytes > MOST_COUNTED_BYTES) throw LARGER;
}

/** Also one of another realm, whose `Object` is another. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function className(value: object): string {
  const name: unknown = typeof value.constructor === 'function' ? value.constructor.name : '';
  return typeof name === 'string' && CLASS_NAME.test(name) ? name : 'an object of a class';
}
