import { isDeepStrictEqual } from 'node:util';

/** What JSON.parse gives. */
export type Json = unknown;
export type JsonObject = Record<string, Json>;

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a key without ever reaching a prototype: `__proto__` in a body is just a name. */
export function setOwn(target: JsonObject, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** A key of the object itself; undefined where it has none. */
export function ownValue(object: Json, key: string): Json {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** As JSON would carry it: without keys that are undefined, and nothing in common with the original. */
export function jsonCopy<T extends Json>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

/** Whether two values are the same JSON; the order of keys does not count. */
export function equalJson(left: Json, right: Json): boolean {
  return isDeepStrictEqual(left, right);
}
