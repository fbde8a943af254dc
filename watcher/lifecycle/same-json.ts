/**
 * Whether two values of plain JSON are equal; the order of keys does not count.
 *
 * Asked for every change of every Pod, mostly to find nothing new: several times as fast as comparing texts.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  return a === b || sameInside(a, b);
}

/**
 * One function that calls itself: V8's compiler puts functions that call each other into one another until nothing more
 * fits, twice at the same time, and takes 3 MiB for each.
 */
function sameInside(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at] && !sameInside(a[at], b[at])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  const [fields, others] = [a as Fields, b as Fields];
  let difference = 0;
  for (const key in fields) {
    const [one, other] = [fields[key], others[key]];
    if (one !== other && !sameInside(one, other)) return false;
    difference += 1;
  }
  for (const _ in others) difference -= 1;
  return difference === 0;
}

type Fields = Readonly<Record<string, unknown>>;
