/**
 * Writes a JSON value so that equal values are equal text: no spaces, the keys of every object in the order of their
 * UTF-16 code units, numbers and strings as ECMAScript writes them. Properties that are `undefined` are left out.
 *
 * @throws TypeError on what JSON cannot say: functions, symbols, bigints, NaN, infinities, `undefined` by itself.
 * @see https://www.rfc-editor.org/rfc/rfc8785 (JSON Canonicalization Scheme)
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`canonical JSON has no way to write ${String(value)} (${typeof value})`);
}
