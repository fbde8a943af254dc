import type * as z from 'zod';
import type { Locate } from './config-document.ts';
import { type ConfigFault, ENVIRONMENT, pathText } from './fault.ts';
import { type Override, variableBehind } from './overrides.ts';
import { asWritten, type Moved } from './renamed-keys.ts';

/** Where the faults of the schema are to be placed. */
type Places = {
  readonly file: string;
  readonly locate: Locate;
  readonly overrides: readonly Override[];
  /** Keys that stand under an old name in the file. */
  readonly moved?: readonly Moved[];
};

/** The schema's issues as faults with their place; each unknown key is one of its own. */
export function schemaFaults(error: z.ZodError, places: Places): ConfigFault[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [faultAt(issue.path, 'value', issue.message, places)];
    // `section` writes one line per key, in their order.
    const messages = issue.message.split('\n');
    return issue.keys.map((key, index) =>
      faultAt([...issue.path, key], 'key', messages[index] ?? 'unknown key', places),
    );
  });
}

function faultAt(
  path: readonly PropertyKey[],
  part: 'key' | 'value',
  message: string,
  { file, locate, overrides, moved = [] }: Places,
): ConfigFault {
  const variable = variableBehind(path, overrides);
  if (variable !== undefined) return { file: ENVIRONMENT, path: variable, message };
  const written = asWritten(path, moved);
  return { file, ...locate(written, part), path: pathText(written), message };
}
