import { parseHttpDate } from './http-date.ts';

/** No far side can ask to be left alone for longer: beyond it, nobody would still wait for the event. */
export const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

const DELAY_SECONDS = /^\d{1,10}$/;

/**
 * Reads a `Retry-After` header: whole seconds, or an HTTP-date. RFC 9110 ties it to no status: whoever is to try again
 * after a failure, whatever its status, waits at least that long.
 *
 * @param value the header as sent; null where absent.
 * @param nowMs wall time when the answer came, against which a date is measured.
 * @returns milliseconds from now, 0 to {@link LONGEST_RETRY_AFTER_MS}; null when there is none, or it says nothing
 *   readable.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (DELAY_SECONDS.test(text)) return clamp(Number(text) * 1_000);
  const atMs = parseHttpDate(text);
  return atMs === null ? null : clamp(atMs - nowMs);
}

function clamp(delayMs: number): number {
  return Math.min(Math.max(delayMs, 0), LONGEST_RETRY_AFTER_MS);
}
