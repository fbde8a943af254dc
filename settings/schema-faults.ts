import type * as z from 'zod';
import type { Locate } from './config-document.ts';
import { type ConfigFault, ENVIRONMENT, pathText } from './fault.ts';
import { type Override, variableBehind } from './overrides.ts';

/** Where the faults of the schema are to be placed. */
type Places = {
  readonly file: string;
  readonly locate: Locate;
  readonly overrides: readonly Override[];
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
  { file, locate, overrides }: Places,
): ConfigFault {
  const variable = variableBehind(path, overrides);
  if (variable !== undefined) return { file: ENVIRONMENT, path: variable, message };
  return { file, ...locate(path, part), path: pathText(path), message };
}
