/**
 * Whether two values of plain JSON are equal; the order of keys does not count.
 *
 * Asked for every change of every Pod, mostly to find nothing new: several times as fast as comparing texts.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  return !Array.isArray(b) && sameFields(a as Fields, b as Fields);
}

type Fields = Readonly<Record<string, unknown>>;

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, at) => sameJson(item, b[at]));
}

function sameFields(a: Fields, b: Fields): boolean {
  let difference = 0;
  for (const key in a) {
    if (!sameJson(a[key], b[key])) return false;
    difference += 1;
  }
  for (const _ in b) difference -= 1;
  return difference === 0;
}
