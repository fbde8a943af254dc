import * as z from 'zod';
import { expectedUnseen } from './expected.ts';
import { type ReadFile, readText } from './files/read-text.ts';
import type { Environment } from './overrides.ts';
import { Secret } from './secret.ts';

const LARGEST_SECRET_FILE_BYTES = 16 * 1024;
/** Secrets and keys of Standard Webhooks begin so, also behind the cluster they are for; nobody's file or variable does. */
const LOOKS_LIKE_SECRET = /(^|=)wh(sec|sk|pk)_/;

/** What a secret's text means, or what is wrong with it; a fault never quotes the text. */
export type ParsedSecret<T> = { readonly value: T } | { readonly fault: string };
type ParseSecret<T> = (text: string) => ParsedSecret<T>;

/** Text of a secret, or why there is none. Neither the text nor the path of its file is ever in a message. */
type Found = { readonly text: string } | { readonly fault: string };

/**
 * Schemas of keys that name a secret's place: a file (UTF-8, at most 16 KiB, white space around it is ignored) or a
 * variable. Each reads the secret and gives it wrapped, so that a missing or malformed one is one more fault of the
 * same run.
 */
export function createSecretSources(deps: { readonly env: Environment; readonly readFile: ReadFile }) {
  const fromFile = (path: string): Found => {
    const read = readText(path, deps.readFile, LARGEST_SECRET_FILE_BYTES);
    if (read.kind === 'unreadable') return { fault: `secret file: ${read.message}` };
    const text = read.text.trim();
    return text === '' ? { fault: 'secret file: is empty' } : { text };
  };
  const fromEnvironment = (name: string): Found => {
    const text = deps.env[name]?.trim();
    if (text === undefined) return { fault: `environment variable ${name} is not set` };
    return text === '' ? { fault: `environment variable ${name} is set but empty` } : { text };
  };
  return {
    /** A file that holds no secret, so that its path is shown: UTF-8, at most `maxBytes`. */
    openFile: <T>(maxBytes: number, parse: ParseSecret<T>) =>
      filePath().transform((path, context): T => {
        const read = readText(path, deps.readFile, maxBytes);
        const parsed = read.kind === 'text' ? parse(read.text) : { fault: read.message };
        if ('value' in parsed) return parsed.value;
        context.addIssue({ code: 'custom', message: `${path}: ${parsed.fault}` });
        return z.NEVER;
      }),
    file: <T>(parse: ParseSecret<T>) => secretAt(filePath(), fromFile, parse),
    variable: <T>(parse: ParseSecret<T>) => secretAt(variableName(), fromEnvironment, parse),
  };
}

export type SecretSources = ReturnType<typeof createSecretSources>;

function secretAt<T>(place: z.ZodString, find: (place: string) => Found, parse: ParseSecret<T>) {
  return place.transform((name, context): Secret<T> => {
    const found = find(name);
    const parsed = 'fault' in found ? found : parse(found.text);
    if ('value' in parsed) return new Secret(parsed.value);
    context.addIssue({ code: 'custom', message: parsed.fault });
    return z.NEVER;
  });
}

/**
 * What JSON Schema is told of a key that takes one of `values`, or `{ file: PATH }` or `{ env: NAME }`: its own schema checks
 * by hand, for better messages.
 */
export function textOrPlace(place: z.ZodType, ...values: readonly object[]) {
  const { $schema: _, ...map } = z.toJSONSchema(place, { io: 'input', unrepresentable: 'any' });
  return { anyOf: [...values, { ...map, minProperties: 1, maxProperties: 1 }] };
}

/** The path of a file that must not be shown: a secret pasted there is refused. */
function filePath() {
  return place('the path of a file', /^[^\p{Cc}]{1,4096}$/u);
}

function variableName() {
  return place('the name of an environment variable', /^[A-Za-z_][A-Za-z0-9_]{0,127}$/);
}

function place(wanted: string, pattern: RegExp) {
  return z
    .string(expectedUnseen(wanted))
    .superRefine((text, context) => {
      if (LOOKS_LIKE_SECRET.test(text)) context.addIssue(`expected ${wanted}, got the secret itself`);
      else if (!pattern.test(text)) context.addIssue(`expected ${wanted}`);
    })
    .meta({ pattern: pattern.source, not: { pattern: LOOKS_LIKE_SECRET.source } });
}
