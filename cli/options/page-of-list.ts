import type { ValueOption } from '../command/option.ts';
import { wholeNumberValue } from '../command/value-kinds.ts';

const MOST_LISTED = 1_000;

/** `--limit N` of a list. */
export const LIMIT = {
  placeholder: 'N',
  kind: wholeNumberValue(1, MOST_LISTED),
  help: `at most so many, 1 to ${MOST_LISTED}`,
  default: '50',
} as const satisfies ValueOption<number>;
