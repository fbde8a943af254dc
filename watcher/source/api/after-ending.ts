import type { ListReason } from '../sink/source-batch.ts';
import type { Ending } from './ending.ts';

/** A missing permission is not mended within seconds. */
const SLOW_RETRY_MS = 30_000;

export type NextStep = {
  /** `again` repeats what was tried; a reason starts a full list. */
  readonly next: 'again' | 'stop' | Extract<ListReason, 'expired' | 'epochChanged'>;
  readonly wait: 'none' | 'backoff' | 'sinkBackoff' | 'doubtBackoff';
  /** Lower limit of the wait. */
  readonly atLeastMs: number;
};

/** What follows an ending. The one place that decides between going on, listing anew, and waiting. */
export function afterEnding({ kind, retryAfterMs = 0 }: Ending): NextStep {
  switch (kind) {
    case 'closed':
    case 'unsupported':
      return { next: 'again', wait: 'none', atLeastMs: 0 };
    case 'expired':
      return { next: 'expired', wait: 'backoff', atLeastMs: 0 };
    case 'wentBack':
      return { next: 'epochChanged', wait: 'none', atLeastMs: 0 };
    case 'unauthorized':
    case 'forbidden':
      return { next: 'again', wait: 'backoff', atLeastMs: SLOW_RETRY_MS };
    case 'sink':
      return { next: 'again', wait: 'sinkBackoff', atLeastMs: 0 };
    case 'throttled':
    case 'unavailable':
      return { next: 'again', wait: 'backoff', atLeastMs: retryAfterMs };
    case 'short':
    case 'continueExpired':
    case 'lagging':
    case 'rewound':
    case 'tooNew':
      // Of their own, so that connections that failed before do not draw out the decision.
      return { next: 'again', wait: 'doubtBackoff', atLeastMs: 0 };
    case 'absent':
    case 'rejected':
    case 'connection':
    case 'noAnswer':
    case 'silence':
    case 'malformed':
    case 'overlong':
      return { next: 'again', wait: 'backoff', atLeastMs: 0 };
    case 'stopped':
      return { next: 'stop', wait: 'none', atLeastMs: 0 };
    default:
      return kind satisfies never;
  }
}
