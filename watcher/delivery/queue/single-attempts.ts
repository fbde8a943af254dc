import type { DeliveryEvent } from '../delivery-store.ts';
import { DispatcherStopped } from '../event-sender.ts';
import { type Attempt, type AttemptDependencies, makeAttempt } from './make-attempt.ts';

/** Attempts that are no deliveries: they are in no queue, count for nothing, and are not made again. */
export interface SingleAttempts {
  /** Makes one, within the subscription's own deadline; null while another is under way, and once stopped. Never rejects. */
  make(event: DeliveryEvent): Promise<Attempt | null>;
  /** Cuts the one under way, for good. */
  stop(): void;
}

export function createSingleAttempts(dependencies: AttemptDependencies): SingleAttempts {
  let underWay: AbortController | null = null;
  let isOver = false;
  return {
    async make(event) {
      if (isOver || underWay !== null) return null;
      underWay = new AbortController();
      const made = await makeAttempt(event, underWay, dependencies);
      underWay = null;
      return isOver && made.outcome.kind === 'retry' ? null : made;
    },
    stop() {
      isOver = true;
      underWay?.abort(new DispatcherStopped('stopped'));
    },
  };
}
