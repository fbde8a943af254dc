/**
 * One attempt of a watcher to deliver an event, as the watcher tells it.
 *
 * @property attempt from 1; 0 for an event that was given up without being sent.
 * @property outcome `delivered`; `retry`: it is tried again; `rejected` or `gone`: it is not.
 * @property reason why, for everything but `delivered`: `http 500`, `dns ENOTFOUND`. Never a body.
 * @property endedAtMs by the watcher's clock. `retryInMs`: until the next attempt; null when there is none.
 */
export type SenderAttempt = {
  readonly subscription: string;
  readonly attempt: number;
  readonly outcome: string;
  readonly status: number | null;
  readonly reason: string | null;
  readonly endedAtMs: number;
  readonly durationMs: number;
  readonly retryInMs: number | null;
};

/** What a watcher on the same machine knows of its own attempts. Elsewhere there is none to ask. */
export interface SenderAttempts {
  /** Oldest first; null for an event it no longer remembers, and when it does not answer. */
  attempts(eventId: string): Promise<readonly SenderAttempt[] | null>;
}
