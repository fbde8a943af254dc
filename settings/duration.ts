import * as z from 'zod';
import { expected } from './expected.ts';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d{1,12})(ms|s|m|h|d)$/;

/**
 * Milliseconds of a duration such as `500ms`, `5s`, `10m`, `2h` or `7d`; `undefined` for anything else
 * (a bare number has no unit, so it is not a duration).
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const unit = match[2] as keyof typeof UNIT_MS;
  return Number(match[1]) * UNIT_MS[unit];
}

/**
 * Schema of a duration string, giving milliseconds.
 *
 * @param limits both inclusive and written as durations, because the message shows them.
 */
export function duration(limits: { min: string; max: string }) {
  const minMs = parseDuration(limits.min) ?? 0;
  const maxMs = parseDuration(limits.max) ?? Number.MAX_SAFE_INTEGER;
  const wanted = `a duration from ${limits.min} to ${limits.max} with its unit, such as 500ms, 5s, 10m, 2h or 7d`;
  return z
    .string(expected(wanted))
    .refine((text) => within(parseDuration(text), minMs, maxMs), expected(wanted))
    .transform((text) => parseDuration(text) ?? 0);
}

function within(value: number | undefined, min: number, max: number): boolean {
  return value !== undefined && value >= min && value <= max;
}
