const DELAY_SECONDS = /^\d{1,10}$/;
/** IMF-fixdate, the one form of HTTP-date that may be generated. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long an answer asks to be left alone, in milliseconds; null when it does not say, or nothing that can be read.
 *
 * @param nowMs wall time, against which a date is measured.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs({ headers }: Pick<Response, 'headers'>, nowMs: number): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (DELAY_SECONDS.test(text)) return Number(text) * 1_000;
  if (!HTTP_DATE.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
