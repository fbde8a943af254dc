import { DELIVERY_CONTROL } from '../../../protocol/http/delivery-control.ts';
import { parseRetryAfter } from '../../../protocol/http/retry-after.ts';
import { type Outcome, retry } from '../outcome.ts';

/** The parts of an HTTP answer that decide. Header values as sent, null where absent. */
type Answer = {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Header `webhook-delivery`. */
  readonly delivery: string | null;
};

/** How long to leave an overloaded receiver alone that does not say how long. */
const OVERLOADED_DELAY_MS = 60_000;

const OVERLOADED: ReadonlySet<number> = new Set([429, 502, 504]);
/** What a receiver, or a gateway before it, says of itself; any other status may be due to the one event. */
const SPEAKS_FOR_ALL: ReadonlySet<number> = new Set([429, 502, 503, 504]);

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
 * | anything else | retry, no sooner than `Retry-After` says where it is there |
 *
 * @param nowMs wall time, for a `Retry-After` date.
 * @see https://docs.svix.com/receiving/delivery-control
 */
export function classifyAnswer(answer: Answer, nowMs: number): Outcome {
  const { status } = answer;
  const accepted = status >= 200 && status < 300;
  const wish = answer.delivery?.trim().toLowerCase() ?? '';
  if (wish === DELIVERY_CONTROL.disable)
    return { kind: 'gone', status, reason: `http ${status} disable`, accepted };
  if (accepted) return { kind: 'delivered', status };
  if (status === 410) return { kind: 'gone', status, reason: 'http 410', accepted };
  if (wish === DELIVERY_CONTROL.abortMessage)
    return { kind: 'rejected', status, reason: `http ${status} abort-message` };
  if (status === 415) return { kind: 'rejected', status, reason: 'http 415' };
  return classifyFailure(answer, nowMs);
}

function classifyFailure({ status, retryAfter }: Answer, nowMs: number): Outcome {
  const failure = retry(`http ${status}`, status);
  const afterMs = parseRetryAfter(retryAfter, nowMs);
  if (afterMs !== null)
    return { ...failure, afterMs, ...(SPEAKS_FOR_ALL.has(status) && { pauseMs: afterMs }) };
  return OVERLOADED.has(status) ? { ...failure, afterMs: OVERLOADED_DELAY_MS, slowDown: true } : failure;
}
