import { classifyFailure } from '../delivery/send/classify-failure.ts';
import type { FAILURE_CLASSES } from '../subscriptions/spec/status-schema.ts';

/** What kind of failure an attempt met, `class` in a status: all that it says besides the HTTP status code. */
export type FailureKind = (typeof FAILURE_CLASSES)[number];

/**
 * The kind of a failed attempt.
 *
 * | kind | what happened |
 * |---|---|
 * | `Gone` | the receiver ended the subscription |
 * | `Refused` | the receiver said that it never takes this event |
 * | `ClientError`, `ServerError` | an answer 4xx, 5xx |
 * | `DNS`, `Connect`, `TLS`, `Timeout` | no answer, and where it failed |
 * | `Denied` | the request was not sent: the guard does not let it go there |
 * | `BadResponse` | what came is no answer that says anything: a redirect, broken HTTP |
 *
 * @param reason as of an attempt's outcome, such as `http 503` or `dns ENOTFOUND`.
 */
export function failureKind(outcome: 'retry' | 'rejected' | 'gone', reason: string): FailureKind {
  if (outcome === 'gone') return 'Gone';
  if (outcome === 'rejected') return 'Refused';
  return classifyFailure(reason) ?? 'BadResponse';
}

const IN_WORDS: Readonly<Record<FailureKind, string>> = {
  DNS: 'its name cannot be resolved',
  Connect: 'no connection can be made',
  TLS: 'the TLS connection cannot be made',
  Timeout: 'it does not answer in time',
  ClientError: 'it answers 4xx',
  ServerError: 'it answers 5xx',
  Gone: 'it is gone',
  Refused: 'it refuses the event for good',
  Denied: 'requests may not go there',
  BadResponse: 'what it answers is no valid answer',
};

/** The kind as part of a sentence: `it answers 5xx`. */
export function describeKind(failure: FailureKind): string {
  return IN_WORDS[failure];
}
