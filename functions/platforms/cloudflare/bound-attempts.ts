import { describeError } from '../../../settings/ambient/describe-error.ts';
import type { Log } from '../../ambient/log.ts';
import type { SenderAttempt, SenderAttempts } from '../../timeline/sender-attempts.ts';

/** A service that answers `GET /attempts/<event id>` with the attempts as JSON; 404 for an event it does not remember. */
export type AttemptsBinding = { fetch(url: string, init?: { signal: AbortSignal }): Promise<Response> };

const TIMEOUT_MS = 2_000;

/** Asks the watcher that shares this machine, as with `offhook dev`. The page does without, when it does not answer. */
export function createBoundAttempts(binding: AttemptsBinding, log: Log): SenderAttempts {
  return {
    async attempts(eventId) {
      try {
        const url = `http://watcher/attempts/${encodeURIComponent(eventId)}`;
        const response = await binding.fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
        if (!response.ok) return null;
        const told: unknown = await response.json();
        return Array.isArray(told) ? (told as readonly SenderAttempt[]) : null;
      } catch (error) {
        log.warn({ eventId, cause: describeError(error) }, 'the watcher does not tell its attempts');
        return null;
      }
    },
  };
}
