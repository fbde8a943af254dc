import * as z from 'zod';
import { expectedUnseen } from '../../settings/expected.ts';
import { LONGEST_URL } from './subscription-bounds.ts';

/** As much of the rules below as a pattern can say, for editors. */
const LOOKS_LIKE_URL = /^[Hh][Tt][Tt][Pp][Ss]?:\/\/[^\s\\/?#][^\s\\#]*$/;

/**
 * Where a subscription delivers, normalised by the WHATWG URL parser (punycode host, no default port). Whether
 * plain http is allowed is the subscription's to say. Messages never show the URL: people put tokens in paths.
 */
export function subscriptionUrl() {
  return z
    .string(expectedUnseen('a URL such as https://bridge.example.com/events'))
    .superRefine((text, context) => {
      for (const fault of urlFaults(text)) context.addIssue(fault);
    })
    .meta({
      maxLength: LONGEST_URL,
      pattern: LOOKS_LIKE_URL.source,
      examples: ['https://bridge.example.com/events'],
    })
    .transform((text) => new URL(text).href);
}

function urlFaults(text: string): string[] {
  if (text.length > LONGEST_URL) return [`is longer than ${LONGEST_URL} characters`];
  // The parser would drop or turn these silently.
  if (/[\s\p{Cc}\\]/u.test(text)) return ['has white space or a backslash in it'];
  if (!/^https?:\/\/[^/?#]/i.test(text) || !URL.canParse(text)) {
    return ['expected an absolute URL such as https://bridge.example.com/events'];
  }
  const faults: string[] = [];
  if (authority(text).includes('@')) {
    faults.push('must not carry a user name or password; use bearerTokenFile or bearerTokenEnv');
  }
  if (text.includes('#')) faults.push('must not have a fragment (#…); it is never sent to the server');
  return faults;
}

/** Whether a normalised URL has no transport encryption. */
export function isPlainHttp(url: string): boolean {
  return url.startsWith('http:');
}

function authority(url: string): string {
  return url.replace(/^[a-z]+:\/\//i, '').split(/[/?#]/, 1)[0] ?? '';
}
