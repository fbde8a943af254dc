import type { DeliveryEvent } from './delivery-store.ts';
import type { Outcome } from './outcome.ts';

/** Takes one event to where a subscription wants it. */
export interface EventSender {
  /**
   * Makes one attempt. It settles soon after `signal` aborts, with a retry, and never rejects for anything that a
   * network or a receiver can do.
   *
   * @param signal its reason is an {@link AttemptDeadline} when the time for the attempt is over.
   */
  send(event: DeliveryEvent, signal: AbortSignal): Promise<Outcome>;
  /** Closes connections; what is under way ends as a retry. */
  close(): Promise<void>;
}

/** Why an attempt was aborted: it took longer than `timeoutMs`. */
export class AttemptDeadline extends Error {
  override readonly name = 'AttemptDeadline';
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`no complete answer within ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** Why an attempt was aborted: the watcher stops, or its subscription was removed. It leaves no trace in the journal. */
export class DispatcherStopped extends Error {
  override readonly name = 'DispatcherStopped';
}
