import { DELIVERY_CONTROL, DELIVERY_CONTROL_HEADER } from '../../protocol/http/delivery-control.ts';

/** Statuses the receiver gives; see `wire.md`, "What the receiver answers". */
type AnswerStatus = 200 | 202 | 400 | 401 | 403 | 409 | 413 | 415 | 422 | 500 | 503;

/** What the receiver says, before it becomes an HTTP response. */
export type Answer = {
  readonly status: AnswerStatus;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
};

/** How long a sender should wait when the event could not be stored. */
const RETRY_AFTER_SECONDS = 5;

/** The event was taken: stored, seen before, or of a type this receiver does not know. */
export function accepted(status: 200 | 202, outcome: 'stored' | 'duplicate' | 'ignored', id: string): Answer {
  return { status, headers: {}, body: { status: outcome, id } };
}

/**
 * The request was refused. Neither the code nor the message ever repeats the body or a signature.
 *
 * @param error machine-readable code, for example `bad_timestamp`.
 * @param path where in the event the fault is, for 422.
 */
export function refused(
  status: 400 | 401 | 403 | 413 | 415 | 422,
  error: string,
  message: string,
  path?: string,
): Answer {
  return { status, headers: {}, body: path === undefined ? { error, message } : { error, message, path } };
}

/**
 * Another event with this id was taken before. Sending it again cannot help, which the header says to senders that know
 * it (`webhook-delivery` of Standard Webhooks): the event becomes a dead letter at once.
 */
export function differentBytes(): Answer {
  const message = 'an event of this source with this id and other content was stored before';
  return {
    status: 409,
    headers: { [DELIVERY_CONTROL_HEADER]: DELIVERY_CONTROL.abortMessage },
    body: { error: 'different_bytes', message },
  };
}

/** The event is fine but nobody could keep it. */
export function notStored(): Answer {
  return {
    status: 503,
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    body: { error: 'not_stored', message: 'the event could not be stored; send it again later' },
  };
}

/** Something went wrong that nobody expected. */
export function receiverFault(): Answer {
  return {
    status: 500,
    headers: {},
    body: { error: 'internal', message: 'the receiver failed; its log says why' },
  };
}
