import type { Clock } from '../../../settings/ambient/clock.ts';
import type { DeliveryEvent } from '../delivery-store.ts';
import { AttemptDeadline, type EventSender } from '../event-sender.ts';
import { type Outcome, retry } from '../outcome.ts';

/** One attempt: what came of it, when it began (wall time), and how long it took. */
export type Attempt = {
  readonly outcome: Outcome;
  readonly atMs: number;
  /** Monotonic time of its beginning. */
  readonly startedMs: number;
  readonly durationMs: number;
};

export type AttemptDependencies = {
  readonly sender: Pick<EventSender, 'send'>;
  readonly clock: Clock;
  readonly timeoutMs: number;
};

/** Makes one attempt, with `timeoutMs` from the first byte sent to the last one read. Never rejects. */
export async function makeAttempt(
  event: DeliveryEvent,
  controller: AbortController,
  { sender, clock, timeoutMs }: AttemptDependencies,
): Promise<Attempt> {
  const atMs = clock.nowMs();
  const startedMs = clock.monotonicMs();
  const cancel = clock.after(timeoutMs, () => controller.abort(new AttemptDeadline(timeoutMs)));
  try {
    const outcome = await sender.send(event, controller.signal);
    return { outcome, atMs, startedMs, durationMs: clock.monotonicMs() - startedMs };
  } catch (error) {
    // A mistake in a sender must cost this event a retry, not the queue.
    const reason = `internal ${error instanceof Error ? error.name : 'error'}`;
    const outcome: Outcome = { ...retry(reason), scope: 'event' };
    return { outcome, atMs, startedMs, durationMs: clock.monotonicMs() - startedMs };
  } finally {
    cancel();
  }
}

/** An event given up without an attempt. */
export function giveUp(reason: string, clock: Clock): Attempt {
  const outcome: Outcome = { kind: 'rejected', status: null, reason };
  return { outcome, atMs: clock.nowMs(), startedMs: clock.monotonicMs(), durationMs: 0 };
}
