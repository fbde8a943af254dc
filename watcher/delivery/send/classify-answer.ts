import { DELIVERY_CONTROL } from '../../../protocol/http/delivery-control.ts';
import { parseRetryAfter } from '../../../protocol/http/retry-after.ts';
import { type FailureScope, type Outcome, retry } from '../outcome.ts';

/** The parts of an HTTP answer that decide. Header values as sent, null where absent. */
type Answer = {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Header `webhook-delivery`. */
  readonly delivery: string | null;
  /** The receiver's word for why, where it gave one: `bad_signature`. */
  readonly code: string | null;
};

/** How long to leave an overloaded receiver alone that does not say how long. */
const OVERLOADED_DELAY_MS = 60_000;

const OVERLOADED: ReadonlySet<number> = new Set([429, 502, 504]);
/** By these a receiver, or a gateway before it, asks for silence when they have `Retry-After`. */
const ASKS_FOR_SILENCE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** What is said of one event: malformed, a contradiction, too large, not understood. */
const SPEAKS_OF_EVENT: ReadonlySet<number> = new Set([400, 409, 413, 422]);
/** Of a 400 that any other event would have got, too: the clocks differ, or something on the way changes headers. */
const SPEAKS_OF_ALL: ReadonlySet<string> = new Set([
  'bad_timestamp',
  'timestamp_too_old',
  'timestamp_too_new',
  'missing_header',
  'duplicate_header',
  'too_many_signatures',
]);

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
 * A retry says whom it speaks of: 400, 409, 413 and 422 of the event, anything else of the receiver. A 500 may be due to
 * one event, too; that shows when others are taken.
 *
 * @param nowMs wall time, for a `Retry-After` date.
 * @see https://docs.svix.com/receiving/delivery-control
 */
export function classifyAnswer(answer: Answer, nowMs: number): Outcome {
  const { status } = answer;
  const accepted = status >= 200 && status < 300;
  const wish = answer.delivery?.trim().toLowerCase() ?? '';
  const said = saidBy(answer);
  if (wish === DELIVERY_CONTROL.disable) return { kind: 'gone', status, reason: `${said} disable`, accepted };
  if (accepted) return { kind: 'delivered', status };
  if (status === 410) return { kind: 'gone', status, reason: said, accepted };
  if (wish === DELIVERY_CONTROL.abortMessage)
    return { kind: 'rejected', status, reason: `${said} abort-message` };
  if (status === 415) return { kind: 'rejected', status, reason: said };
  return classifyFailure(answer, nowMs);
}

function classifyFailure(answer: Answer, nowMs: number): Outcome {
  const { status, retryAfter } = answer;
  const failure = { ...retry(saidBy(answer), status), scope: scopeOf(answer) };
  const afterMs = parseRetryAfter(retryAfter, nowMs);
  if (afterMs !== null)
    return { ...failure, afterMs, ...(ASKS_FOR_SILENCE.has(status) && { pauseMs: afterMs }) };
  return OVERLOADED.has(status) ? { ...failure, afterMs: OVERLOADED_DELAY_MS, slowDown: true } : failure;
}

function saidBy({ status, code }: Answer): string {
  return code === null ? `http ${status}` : `http ${status} ${code}`;
}

function scopeOf({ status, code }: Answer): FailureScope {
  return SPEAKS_OF_EVENT.has(status) && !SPEAKS_OF_ALL.has(code ?? '') ? 'event' : 'receiver';
}
