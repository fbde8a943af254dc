import { expect, test } from 'vitest';
import { parseRetryAfter } from '../../../protocol/http/retry-after.ts';

const NOW_MS = Date.UTC(2026, 0, 1, 12);
const DAY_MS = 24 * 3600 * 1000;

test.each([
  ['0', 0],
  ['120', 120_000],
  [' 5 ', 5000],
  ['999999', DAY_MS],
  ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
  ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
  ['Fri, 01 Jan 2027 00:00:00 GMT', DAY_MS],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['2026-01-01', null],
  ['Xxx, 99 Xxx 2026 99:99:99 GMT', null],
  ['', null],
  [null, null],
])('Retry-After %j means %j ms', (value, expected) => {
  expect(parseRetryAfter(value, NOW_MS)).toBe(expected);
});
