/** By code units, for keys and where any order will do that is always the same. */
export function plainOrder(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** A text whose plain order is the one that people expect: `web-2` before `web-10`. */
export function naturalKey(text: string): string {
  return text.replace(/\d{1,12}/g, (digits) => digits.padStart(12, '0'));
}
