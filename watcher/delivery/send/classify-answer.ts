import { type Outcome, retry } from '../outcome.ts';
import { parseRetryAfter } from './retry-after.ts';

/** The parts of an HTTP answer that decide. Header values as sent, null where absent. */
export type Answer = {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Header `webhook-delivery`. */
  readonly delivery: string | null;
};

/** How long to leave an overloaded receiver alone that does not say how long. */
const OVERLOADED_DELAY_MS = 60_000;

const OVERLOADED: ReadonlySet<number> = new Set([429, 502, 504]);
const HONOURS_RETRY_AFTER: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * What an answer means to the sender.
 *
 * | answer | outcome |
 * |---|---|
 * | `webhook-delivery: disable`, 410 | gone (a 2xx with that header took the event) |
 * | 2xx | delivered |
 * | `webhook-delivery: abort-message`, 415 | rejected |
 * | 429, 502, 503, 504 with `Retry-After` | retry, and the subscription pauses that long |
 * | 429, 502, 504 without | retry in 60 s or later, and fewer at the same time |
 * | anything else | retry |
 *
 * @param nowMs wall time, for a `Retry-After` date.
 * @see https://docs.svix.com/receiving/delivery-control
 */
export function classifyAnswer(answer: Answer, nowMs: number): Outcome {
  const { status } = answer;
  const accepted = status >= 200 && status < 300;
  const wish = answer.delivery?.trim().toLowerCase() ?? '';
  if (wish === 'disable') return { kind: 'gone', status, reason: `http ${status} disable`, accepted };
  if (accepted) return { kind: 'delivered', status };
  if (status === 410) return { kind: 'gone', status, reason: 'http 410', accepted };
  if (wish === 'abort-message') return { kind: 'rejected', status, reason: `http ${status} abort-message` };
  if (status === 415) return { kind: 'rejected', status, reason: 'http 415' };
  return classifyFailure(answer, nowMs);
}

function classifyFailure({ status, retryAfter }: Answer, nowMs: number): Outcome {
  const failure = retry(`http ${status}`, status);
  const pauseMs = HONOURS_RETRY_AFTER.has(status) ? parseRetryAfter(retryAfter, nowMs) : null;
  if (pauseMs !== null) return { ...failure, pauseMs, afterMs: pauseMs };
  return OVERLOADED.has(status) ? { ...failure, afterMs: OVERLOADED_DELAY_MS, slowDown: true } : failure;
}
