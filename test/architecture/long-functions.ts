import type { LongFunction } from './check-functions.ts';

/** Functions that may be longer than `MOST_FUNCTION_LINES` until they are split; a new one is split at once instead. */
export const LONG_FUNCTIONS: readonly LongFunction[] = [];
