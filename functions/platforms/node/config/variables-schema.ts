import * as z from 'zod';
import { expectedUnseen } from '../../../../settings/expected.ts';
import type { Secret } from '../../../../settings/secret.ts';
import { type SecretSources, textOrPlace } from '../../../../settings/secret-source.ts';
import { section } from '../../../../settings/section.ts';
import { anyText } from './receiver-secrets.ts';

const MOST_VARIABLES = 200;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const WRONG_NAME = 'is not the name of a variable: letters, digits and _, at most 128';
const wantedMap = expectedUnseen('a map of variables, such as { CLEANUP_URL: "https://…" }');
const WANTED = 'text, or where a secret is: { file: PATH } or { env: NAME }';

/** What handlers read: texts by name, and secrets by where they are. Values are never shown. */
export function variables(sources: SecretSources) {
  return z
    .record(z.string().regex(NAME), variable(sources), {
      error: (issue) => (issue.code === 'invalid_key' ? WRONG_NAME : wantedMap.error(issue)),
    })
    .refine((given) => Object.keys(given).length <= MOST_VARIABLES, {
      error: `expected at most ${MOST_VARIABLES} variables`,
    })
    .meta({ maxProperties: MOST_VARIABLES });
}

function variable(sources: SecretSources) {
  const place = section({
    file: sources.file(anyText).optional(),
    env: sources.variable(anyText).optional(),
  });
  const either = z.unknown().transform((given, context): string | Secret<string> => {
    if (typeof given === 'string') return given;
    if (typeof given === 'number' || typeof given === 'boolean') {
      context.addIssue('a variable is text: write the value in quotes');
      return z.NEVER;
    }
    if (!isMap(given)) {
      context.addIssue(expectedUnseen(WANTED).error({ input: given }));
      return z.NEVER;
    }
    // Not a union: its message could not say which of the two ways is at fault.
    const parsed = place.safeParse(given);
    const [first, second] = parsed.success ? [parsed.data.file, parsed.data.env] : [];
    if (first !== undefined && second === undefined) return first;
    if (second !== undefined && first === undefined) return second;
    if (parsed.success) context.addIssue(`expected ${WANTED}, one of the two`);
    else context.issues.push(...parsed.error.issues.map((issue) => rawIssue(issue, given)));
    return z.NEVER;
  });
  return either.meta(textOrPlace(place, { type: 'string' }));
}

function isMap(given: unknown): given is object {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

function rawIssue(issue: z.core.$ZodIssue, input: unknown) {
  return { ...issue, input } as z.core.$ZodRawIssue;
}
