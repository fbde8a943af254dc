import { GiveUp, RetryLater } from './attempt-failure.ts';

const DELAY_SECONDS = /^\d{1,10}$/;
/** IMF-fixdate, the one form of HTTP-date that may be generated. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * What the status of an answer means to a handler: 2xx is done, 410 will never be, anything else is tried again, after
 * `Retry-After` where 429 or 503 name it.
 *
 * @param what who answered, for the message: never its URL.
 * @param nowMs wall time, against which a date in `Retry-After` is measured.
 * @throws GiveUp, RetryLater or Error unless the status is 2xx.
 */
export function checkAnswer(what: string, { status, headers }: Response, nowMs: number): void {
  if (status >= 200 && status <= 299) return;
  const message = `${what} answered ${status}`;
  if (status === 410) throw new GiveUp(message);
  const afterMs = status === 429 || status === 503 ? retryAfterMs(headers.get('retry-after'), nowMs) : null;
  throw afterMs === null ? new Error(message) : new RetryLater(message, afterMs);
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterMs(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (DELAY_SECONDS.test(text)) return Number(text) * 1_000;
  if (!HTTP_DATE.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
