import { nearest } from '../../settings/nearest.ts';

/** A sentence about a name that is not known, with the one that was probably meant, or all there are. */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? `${what}: use one of ${known.join(', ')}` : `${what}; did you mean "${near}"?`;
}

/** @throws TypeError for the first key that is not a known one. */
export function refuseUnknownKeys(at: string, given: object, known: readonly string[]): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new TypeError(unknownName(`${at} has no field "${key.slice(0, 80)}"`, key, known));
  }
}
