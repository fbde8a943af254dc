import * as z from 'zod';
import { parseSigningSecret } from '../../protocol/signature/secret.ts';
import { SecretError } from '../../protocol/signature/secret-error.ts';
import { expectedUnseen } from './expected.ts';
import { type ReadFile, readText } from './read-text.ts';
import { Secret } from './secret.ts';

const LARGEST_SECRET_FILE_BYTES = 16 * 1024;
const LONGEST_TOKEN = 8192;
/** Secrets and keys of Standard Webhooks begin so; nobody's file or variable does. */
const LOOKS_LIKE_SECRET = /^wh(sec|sk|pk)_/;

/** Text of a secret, or why there is none. Neither the text nor the name of its place is ever in a message. */
type Found = { readonly text: string } | { readonly fault: string };

/**
 * Schemas of the keys that name a secret's place. Each reads the secret and gives it wrapped, so that a missing
 * or short secret is one more fault of the same run.
 */
export function createSecretSources(deps: { env: Record<string, string | undefined>; readFile: ReadFile }) {
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
    signingSecretFile: () => secretAt(filePath(), fromFile, signingSecret),
    signingSecretEnv: () => secretAt(variableName(), fromEnvironment, signingSecret),
    bearerTokenFile: () => secretAt(filePath(), fromFile, bearerToken),
    bearerTokenEnv: () => secretAt(variableName(), fromEnvironment, bearerToken),
  };
}

export type SecretSources = ReturnType<typeof createSecretSources>;

type Parsed<T> = { readonly value: T } | { readonly fault: string };

function secretAt<T>(place: z.ZodString, find: (place: string) => Found, parse: (text: string) => Parsed<T>) {
  return place.transform((name, context): Secret<T> => {
    const found = find(name);
    const parsed = 'fault' in found ? found : parse(found.text);
    if ('value' in parsed) return new Secret(parsed.value);
    context.addIssue({ code: 'custom', message: parsed.fault });
    return z.NEVER;
  });
}

function signingSecret(text: string): Parsed<ReturnType<typeof parseSigningSecret>> {
  try {
    return { value: parseSigningSecret(text) };
  } catch (error) {
    if (error instanceof SecretError) return { fault: error.message };
    throw error;
  }
}

/** RFC 6750 section 2.1: one token68 word; anything else could break the header or add another one. */
function bearerToken(text: string): Parsed<string> {
  if (text.length > LONGEST_TOKEN)
    return { fault: `bearer token is longer than ${LONGEST_TOKEN} characters` };
  if (/^[A-Za-z0-9\-._~+/]+=*$/.test(text)) return { value: text };
  return { fault: 'bearer token must be one word of letters, digits and -._~+/ (RFC 6750)' };
}

function filePath() {
  return place('the path of a file', /^[^\p{Cc}]{1,4096}$/u);
}

function variableName() {
  return place('the name of an environment variable', /^[A-Za-z_][A-Za-z0-9_]{0,127}$/);
}

function place(wanted: string, pattern: RegExp) {
  return z.string(expectedUnseen(wanted)).superRefine((text, context) => {
    if (LOOKS_LIKE_SECRET.test(text)) context.addIssue(`expected ${wanted}, got the secret itself`);
    else if (!pattern.test(text)) context.addIssue(`expected ${wanted}`);
  });
}
