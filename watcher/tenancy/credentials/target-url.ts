import type { ParsedSecret } from '../../../settings/secret-source.ts';

const LONGEST_URL = 2_048;

/** A target that is a secret as a whole. What it may name beyond its form is for the guard to say. */
export function readTargetUrl(text: string): ParsedSecret<string> {
  const url = text.length <= LONGEST_URL ? URL.parse(text) : null;
  if (
    url === null ||
    url.protocol !== 'https:' ||
    url.username !== '' ||
    url.password !== '' ||
    url.hash !== ''
  )
    return {
      fault: `is no target: expected an https URL of at most ${LONGEST_URL} characters, without user, password and fragment`,
    };
  return { value: url.href };
}
