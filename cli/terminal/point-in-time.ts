import { parseDuration } from '../../settings/duration.ts';
import { UsageError } from './command.ts';

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Milliseconds since 1970 of an RFC 3339 time, or of a time so long ago: `2h`.
 *
 * @throws UsageError naming the option.
 */
export function pointInTime(option: string, text: string, nowMs: number): number {
  const agoMs = parseDuration(text);
  if (agoMs !== undefined) return nowMs - agoMs;
  const timeMs = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new UsageError(
    `${option} must be a time such as 2026-01-31T12:00:00Z, or how long ago, such as 30m, 2h or 7d; not "${text}"`,
  );
}

/** RFC 3339 in UTC; null stays null. */
export function rfc3339(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}
