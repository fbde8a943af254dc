import { parseRetryAfter } from '../../protocol/http/retry-after.ts';
import { GiveUp, RetryLater } from './attempt-failure.ts';

/**
 * What the status of an answer means to a handler: 2xx is done, 410 will never be, anything else is tried again, after
 * `Retry-After` where it names that.
 *
 * @param what who answered, for the message: never its URL.
 * @param nowMs wall time, against which a date in `Retry-After` is measured.
 * @throws GiveUp, RetryLater or Error unless the status is 2xx.
 */
export function checkAnswer(
  what: string,
  response: Pick<Response, 'status' | 'headers'>,
  nowMs: number,
): void {
  const { status, headers } = response;
  if (status >= 200 && status <= 299) return;
  const message = `${what} answered ${status}`;
  if (status === 410) throw new GiveUp(message);
  const afterMs = parseRetryAfter(headers.get('retry-after'), nowMs);
  throw afterMs === null ? new Error(message) : new RetryLater(message, afterMs);
}
