import type { JsonPath } from '../json/json-path.ts';

export type Unkeepable = { readonly path: JsonPath; readonly fault: string };

/**
 * What of a JSON value cannot be kept everywhere, with its path; null when all of it can. JSON can say half a character
 * (a surrogate without its partner), which no UTF-8 can carry, and numbers that are infinite once they are read. Also in
 * fields that nobody knows yet: they are kept, too.
 *
 * @param value as `parseStrictJson` gives it, so at most 64 levels deep.
 */
export function findUnkeepable(value: unknown): Unkeepable | null {
  return isKeepable(value) ? null : find(value, []);
}

/** The same question without a path, which costs an array for every member: what comes is nearly always fine. */
function isKeepable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  for (const key in value) {
    if (!key.isWellFormed() || !isKeepable((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}

function find(value: unknown, path: JsonPath): Unkeepable | null {
  if (typeof value === 'string') return value.isWellFormed() ? null : half(path);
  if (typeof value === 'number') {
    return Number.isFinite(value)
      ? null
      : { path, fault: 'expected a number that can be kept, got an infinite one' };
  }
  if (typeof value !== 'object' || value === null) return null;
  const isList = Array.isArray(value);
  for (const [key, member] of Object.entries(value)) {
    const inside = [...path, isList ? Number(key) : key];
    const found = key.isWellFormed() ? find(member, inside) : half(inside);
    if (found !== null) return found;
  }
  return null;
}

function half(path: JsonPath): Unkeepable {
  return { path, fault: 'expected whole characters, got half of a surrogate pair' };
}
