import * as z from 'zod';
import { messageOf } from './ambient/describe-error.ts';
import { expected } from './expected.ts';

/** A whole number within inclusive bounds. */
export function wholeNumber(min: number, max: number, unit = '') {
  const params = expected(`a whole number${unit} from ${min} to ${max}`);
  return z.int(params).min(min, params).max(max, params);
}

/** true or false; YAML 1.2 knows no yes, no, on, off. */
export function flag() {
  return z.boolean(expected('true or false'));
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, expected(`one of ${words.join(', ')}`));
}

/** Text on one line without control characters. */
export function lineOfText(maxLength: number, wanted: string) {
  const params = expected(`${wanted} (1 to ${maxLength} characters on one line)`);
  return z
    .string(params)
    .max(maxLength, params)
    .regex(/^[^\p{Cc}]+$/u, params);
}

/** Text that somebody else knows how to check, who throws a TypeError or RangeError: its message is the fault. */
export function checkedBy(check: (text: string) => unknown, text: z.ZodType<string, string>) {
  return text.superRefine((value, context) => {
    try {
      check(value);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      context.addIssue(messageOf(error));
    }
  });
}
