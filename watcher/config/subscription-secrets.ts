import { SecretError } from '../../protocol/signature/secret-error.ts';
import { parseSigningSecret, type SigningSecret } from '../../protocol/signature/signing-secret.ts';
import type { ParsedSecret, SecretSources } from '../../settings/secret-source.ts';
import { HEADER_VALUE_PATTERN, HEADERS } from './subscription-bounds.ts';

const LONGEST_TOKEN = 8192;
const LONGEST_CLIENT_SECRET = 1024;

/** The keys of a subscription that name a secret's place. */
export function createSubscriptionSecrets(sources: SecretSources) {
  return {
    signingSecretFile: () => sources.file(readSigningSecret),
    signingSecretEnv: () => sources.variable(readSigningSecret),
    bearerTokenFile: () => sources.file(readBearerToken),
    bearerTokenEnv: () => sources.variable(readBearerToken),
    clientSecretFile: () => sources.file(readClientSecret),
    clientSecretEnv: () => sources.variable(readClientSecret),
    headerValueFile: () => sources.file(readHeaderValue),
    headerValueEnv: () => sources.variable(readHeaderValue),
  };
}

/** `whsec_…` or `whsk_…`. */
export function readSigningSecret(text: string): ParsedSecret<SigningSecret> {
  try {
    return { value: parseSigningSecret(text) };
  } catch (error) {
    if (error instanceof SecretError) return { fault: error.message };
    throw error;
  }
}

/** RFC 6750 section 2.1: one token68 word; anything else could break the header or add another one. */
export function readBearerToken(text: string): ParsedSecret<string> {
  if (text.length > LONGEST_TOKEN)
    return { fault: `bearer token is longer than ${LONGEST_TOKEN} characters` };
  if (/^[A-Za-z0-9\-._~+/]+=*$/.test(text)) return { value: text };
  return { fault: 'bearer token must be one word of letters, digits and -._~+/ (RFC 6750)' };
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#appendix-A.2 */
export function readClientSecret(text: string): ParsedSecret<string> {
  return printable(text, LONGEST_CLIENT_SECRET, 'client secret');
}

export function readHeaderValue(text: string): ParsedSecret<string> {
  return printable(text, HEADERS.longestValue, 'value of a header');
}

/** Text that cannot break out of a header. */
function printable(text: string, longest: number, what: string): ParsedSecret<string> {
  if (text.length > longest) return { fault: `${what} is longer than ${longest} characters` };
  return HEADER_VALUE_PATTERN.test(text) ? { value: text } : { fault: `${what} must be printable ASCII` };
}
