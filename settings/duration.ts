import * as z from 'zod';
import { expected } from './expected.ts';
import { DURATION, parseDuration } from './parse-duration.ts';

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
    .meta({ pattern: DURATION.source, examples: [limits.min, limits.max] })
    .transform((text) => parseDuration(text) ?? 0);
}

function within(value: number | undefined, min: number, max: number): boolean {
  return value !== undefined && value >= min && value <= max;
}
