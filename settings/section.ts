import * as z from 'zod';
import { expectedUnseen } from './expected.ts';
import { SHOWN_FAULTS } from './fault.ts';
import { nearest } from './nearest.ts';

/** Words people try, and the key that stands for each. */
type Synonyms = Readonly<Record<string, string>>;

/**
 * A map of known keys. Every unknown key is a fault with the nearest valid key, or all of them when none is
 * near. The message holds one line per unknown key, in the order of the issue's `keys`.
 */
export function section<S extends z.ZodRawShape>(shape: S, synonyms: Synonyms = {}) {
  const keys = Object.keys(shape);
  const wanted = expectedUnseen(`a map with the keys ${keys.join(', ')}`);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? (issue.keys as string[]).map((key, index) => unknownKey(key, index, keys, synonyms)).join('\n')
        : wanted.error(issue),
  });
}

/** Nobody reads what is said of the fifty-first, so nothing is looked for. */
function unknownKey(key: string, index: number, keys: readonly string[], synonyms: Synonyms): string {
  if (index >= SHOWN_FAULTS) return 'unknown key';
  const near = nearest(key, [...keys, ...Object.keys(synonyms)]);
  if (near === undefined) return `unknown key; valid keys: ${keys.join(', ')}`;
  return `unknown key; did you mean "${synonyms[near] ?? near}"?`;
}
