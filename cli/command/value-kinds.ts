import { parseDuration } from '../../settings/parse-duration.ts';
import type { Kind } from './kind.ts';

/** Any text: a name, a path. */
export const textValue: Kind<string> = { expected: 'a text', read: (given) => given };

/** Both limits are inclusive; `Number.MAX_SAFE_INTEGER` is none. */
export function wholeNumberValue(min: number, max: number): Kind<number> {
  const form = min < 0 ? /^-?\d{1,16}$/ : /^\d{1,16}$/;
  return {
    expected: `a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}`,
    read(given) {
      const number = Number(given);
      return form.test(given) && number >= min && number <= max ? number : undefined;
    },
  };
}

/** One of some words, two at least. */
export function wordValue<const Word extends string>(words: readonly Word[]): Kind<Word> {
  return {
    expected: words.length === 2 ? words.join(' or ') : `one of ${words.join(', ')}`,
    words,
    read: (given) => words.find((word) => word === given),
  };
}

/** Milliseconds. */
export const durationValue: Kind<number> = {
  expected: 'a duration such as 30s or 5m',
  read: parseDuration,
};

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Milliseconds since 1970 of an RFC 3339 time, or of a time so long ago: `2h`. */
export const pointInTimeValue: Kind<number> = {
  expected: 'a time such as 2026-01-31T12:00:00Z, or how long ago, such as 30m, 2h or 7d',
  read(given, nowMs) {
    const agoMs = parseDuration(given);
    if (agoMs !== undefined) return nowMs - agoMs;
    const timeMs = RFC_3339.test(given) ? Date.parse(given) : Number.NaN;
    return Number.isNaN(timeMs) ? undefined : timeMs;
  },
};
