import { parseBoundKey } from '../../../../protocol/signature/bound-key.ts';
import { SecretError } from '../../../../protocol/signature/secret-error.ts';
import { parseVerificationKey } from '../../../../protocol/signature/signing-secret.ts';
import type { ParsedSecret } from '../../../../settings/secret-source.ts';
import { signingKeys } from '../../../variables/signing-keys.ts';

const SHORTEST_PAGE_TOKEN = 16;
const LONGEST_PAGE_TOKEN = 512;

/**
 * `whsec_…` and `whpk_…`, one or several separated by white space or commas, each with its cluster before it or none, as
 * they are given to the verifier.
 */
export function verificationKeys(text: string): ParsedSecret<readonly string[]> {
  const keys = signingKeys('the signing secret', text);
  try {
    for (const text of keys) parseVerificationKey(parseBoundKey(text).key);
    return { value: keys };
  } catch (error) {
    if (error instanceof SecretError) return { fault: error.message };
    throw error;
  }
}

/** The same, for a place that says itself whose keys they are. */
export function keysOfOneSource(text: string): ParsedSecret<readonly string[]> {
  const parsed = verificationKeys(text);
  if ('fault' in parsed || parsed.value.every((key) => parseBoundKey(key).source === null)) return parsed;
  return { fault: 'a key names its cluster, which "source" says already: leave one of them out' };
}

/** Goes into a URL and a cookie, so no white space. */
export function pageToken(text: string): ParsedSecret<string> {
  if (text.length < SHORTEST_PAGE_TOKEN) {
    return { fault: `the page token must have at least ${SHORTEST_PAGE_TOKEN} characters` };
  }
  if (text.length > LONGEST_PAGE_TOKEN || /\s/.test(text)) {
    return { fault: `the page token must be one word of at most ${LONGEST_PAGE_TOKEN} characters` };
  }
  return { value: text };
}

/** A secret variable of a handler means what the handler says. */
export function anyText(text: string): ParsedSecret<string> {
  return { value: text };
}
