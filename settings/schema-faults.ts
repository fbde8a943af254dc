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

type SchemaIssue = {
  readonly path: readonly PropertyKey[];
  readonly part: 'key' | 'value';
  readonly message: string;
};

/** The schema's issues as faults with their place; each unknown key is one of its own. */
export function schemaFaults(error: z.ZodError, places: Places): ConfigFault[] {
  return schemaIssues(error).map(({ path, part, message }) => faultAt(path, part, message, places));
}

/** The schema's issues one by one, where nothing is known of lines; each unknown key is one of its own. */
export function schemaIssues(error: z.ZodError): SchemaIssue[] {
  return error.issues.flatMap((issue): SchemaIssue[] => {
    const { path, message } = issue;
    if (issue.code !== 'unrecognized_keys') return [{ path, part: 'value', message }];
    // `section` writes one line per key, in their order.
    const messages = message.split('\n');
    return issue.keys.map((key, index) => {
      return { path: [...path, key], part: 'key', message: messages[index] ?? 'unknown key' };
    });
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
