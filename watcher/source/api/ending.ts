import { messageOf } from '../../../settings/ambient/describe-error.ts';

/**
 * How one attempt to list or watch ended. Every kind is an expected outcome; `after-ending.ts` says what follows.
 *
 * - `closed` the server ended a watch in good order (it does so every 5 to 10 minutes, as asked)
 * - `short` a watch that ended at once without telling anything
 * - `expired` the resume point is older than the server's history (410)
 * - `tooNew` the resume point lies in this server's future: it lags, or history was put back
 * - `continueExpired` a list took too long, its later pages are gone
 * - `lagging` an answer older than what is already known
 * - `rewound` a list from after what is known shows an object as it was before
 * - `wentBack` it is certain that history was put back: etcd was restored, or another API server answers
 * - `absent` the server has no such collection (404): its CustomResourceDefinition is not installed, or not yet served
 * - `unsupported` the server has no streaming watch-list
 * - `unauthorized`, `forbidden`, `throttled`, `unavailable` (5xx), `rejected` (any other 4xx)
 * - `connection` no answer or a broken connection; `noAnswer`, `silence` a deadline passed
 * - `malformed` a line that is no watch event; `overlong` one beyond the limit
 * - `sink` the receiver of the batches could not keep one
 * - `stopped` we were told to stop
 */
export type EndingKind =
  | 'closed'
  | 'short'
  | 'expired'
  | 'tooNew'
  | 'continueExpired'
  | 'lagging'
  | 'rewound'
  | 'wentBack'
  | 'absent'
  | 'unsupported'
  | 'unauthorized'
  | 'forbidden'
  | 'throttled'
  | 'unavailable'
  | 'rejected'
  | 'connection'
  | 'noAnswer'
  | 'silence'
  | 'malformed'
  | 'overlong'
  | 'sink'
  | 'stopped';

export type Ending = {
  readonly kind: EndingKind;
  /** One sentence for people, without credentials. */
  readonly message: string;
  /** The server kept a stream for as long as it was asked to: nothing happened that it has not told. */
  readonly inTime?: boolean;
  /** The server's Retry-After. */
  readonly retryAfterMs?: number;
};

/** Runs a step that hands something to the sink; what the sink throws becomes an ending. */
export function guardSink(step: () => Ending | null | undefined): Ending | null {
  try {
    return step() ?? null;
  } catch (error) {
    const detail = messageOf(error);
    return { kind: 'sink', message: `what was read could not be stored: ${detail}` };
  }
}
