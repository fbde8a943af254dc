/** No receiver can ask for a longer silence. */
export const LONGEST_PAUSE_MS = 24 * 3600 * 1000;

const DELAY_SECONDS = /^\d{1,10}$/;
/** IMF-fixdate, the one form of HTTP-date that may be generated; Date.parse alone would take almost anything. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Reads a `Retry-After` header: whole seconds, or an HTTP-date.
 *
 * @param nowMs wall time, against which a date is measured.
 * @returns milliseconds from now, 0 to {@link LONGEST_PAUSE_MS}; null when there is none, or it says nothing readable.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (DELAY_SECONDS.test(text)) return clamp(Number(text) * 1000);
  if (!HTTP_DATE.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : clamp(at - nowMs);
}

function clamp(delayMs: number): number {
  return Math.min(Math.max(delayMs, 0), LONGEST_PAUSE_MS);
}
