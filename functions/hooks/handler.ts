import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import type { JsonValue } from '../../protocol/json/any-json-value.ts';
import type { Log } from '../ambient/log.ts';
import type { CarriedSignature } from '../ingress/carried-signature.ts';
import type { EventStanding } from '../ordering/event-standing.ts';
import type { HandlerFetch } from './handler-fetch.ts';

/**
 * What a handler gets besides its event.
 *
 * @property log already carries the event id and the handler's name.
 * @property startedAt when this run began.
 * @property deadline when this run must have ended; it then counts as failed and is tried again.
 * @property signal aborted at the deadline; pass it to whatever waits.
 * @property attempt 1 for the first run of this handler for this event.
 * @property receivedAt when the event came in.
 * @property body the event word for word as it was signed.
 * @property signed the headers it came with; `verified: false` where they came over a trusted bus and nobody has verified
 *   them; null where it came over one without any.
 * @property traceparent the W3C trace context that the event came with, word for word, to pass on; null where there was
 *   none. Nobody has signed it.
 * @property fetch the platform's fetch, already bound to `signal`. It rejects on a status outside 2xx, with `StatusError`,
 *   unless `throwOnStatus` is false.
 * @property latest asks whether this event is still the newest known of its container. For handlers registered with
 *   `{ ordered: true }`; others are refused.
 */
export type HandlerContext = {
  readonly log: Log;
  readonly startedAt: Date;
  readonly deadline: Date;
  readonly signal: AbortSignal;
  readonly attempt: number;
  readonly receivedAt: Date;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly signed: CarriedSignature | null;
  readonly traceparent: string | null;
  readonly fetch: HandlerFetch;
  readonly latest: () => Promise<EventStanding>;
};

/**
 * A function that reacts to an event. Returning means done; throwing means failed, try again later (`GiveUp`: never;
 * `RetryLater`: not before). It runs once per event, except that a crash inside it, or a run past its deadline, makes
 * it run again: be idempotent, with `event.id` as the key.
 *
 * A JSON value that it returns is recorded with the run, in the audit trail, for everybody who may read that; at most
 * 4,096 bytes. What is larger, or no JSON, is left out with a note; the run is a success all the same.
 */
export type Handler<E extends LifecycleEvent> = (
  event: E,
  ctx: HandlerContext,
) => Returned | PromiseLike<Returned>;

// biome-ignore lint/suspicious/noConfusingVoidType: a function without `return` has no other.
type Returned = JsonValue | undefined | void;

/**
 * @property name what claims and audit rows call the handler; default: the function's name. Keep it stable.
 * @property timeoutMs longest run, 1 to 600 000. @default 30 000
 * @property attempts runs before the event goes to the dead letters, 1 to 20. @default 6
 * @property retryMs wait before the second run, doubled for each further one up to an hour. @default 2 000
 * @property ordered the handler asks `ctx.latest()`. Once one handler does, the receiver remembers the newest events of
 *   each container. @default false
 */
export type HandlerOptions = {
  readonly name?: string;
  readonly timeoutMs?: number;
  readonly attempts?: number;
  readonly retryMs?: number;
  readonly ordered?: boolean;
};
