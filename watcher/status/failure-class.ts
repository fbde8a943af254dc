/** What kind of failure an attempt met: all that a status says of it besides the HTTP status code. */
export const FAILURE_CLASSES = [
  'DNS',
  'Connect',
  'TLS',
  'Timeout',
  'ClientError',
  'ServerError',
  'Gone',
  'Refused',
  'Denied',
  'BadResponse',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** By the first word of a reason, as the senders write them. */
const BY_WORD: Readonly<Record<string, FailureClass>> = {
  dns: 'DNS',
  connect: 'Connect',
  reset: 'Connect',
  network: 'Connect',
  proxy: 'Connect',
  service: 'Connect',
  tls: 'TLS',
  timeout: 'Timeout',
  denied: 'Denied',
  eventbridge: 'ServerError',
};

const HTTP_STATUS = /\bhttp (\d{3})\b/;

/**
 * The class of a failed attempt.
 *
 * | class | what happened |
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
export function failureClass(outcome: 'retry' | 'rejected' | 'gone', reason: string): FailureClass {
  if (outcome === 'gone') return 'Gone';
  const word = /^\w+/.exec(reason)?.[0] ?? '';
  if (word === 'denied') return 'Denied';
  if (outcome === 'rejected') return 'Refused';
  return byStatus(Number(HTTP_STATUS.exec(reason)?.[1] ?? 0)) ?? BY_WORD[word] ?? 'BadResponse';
}

function byStatus(status: number): FailureClass | null {
  if (status >= 500) return 'ServerError';
  return status >= 400 ? 'ClientError' : null;
}

const IN_WORDS: Readonly<Record<FailureClass, string>> = {
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

/** The class as part of a sentence: `it answers 5xx`. */
export function describeClass(failure: FailureClass): string {
  return IN_WORDS[failure];
}
