import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import type { Handoff, HandoffMessage } from './handoff.ts';
import type { EventKey, Receipts } from './receipts.ts';

/**
 * @property told the event's fingerprint, to know it again.
 * @property event what the message says, for who would read it again a moment later.
 */
export type Arrival = { readonly key: EventKey; readonly told: string; readonly event: LifecycleEvent };

/** Where verified events come in. */
export interface Intake {
  /**
   * Stores a message and the receipt of its event, unless there is one. Returns once that is durable.
   *
   * @returns whether the event was stored before.
   * @throws when it cannot be stored; the receiver then answers 503 and the sender comes back.
   */
  take(arrival: Arrival, message: HandoffMessage): Promise<'new' | 'repeated'>;
}

/** For platforms whose queue and receipts are two calls, one after the other. */
export function createIntake(receipts: Receipts, handoff: Handoff): Intake {
  return {
    take: async ({ key, told }, message) => {
      if (await receipts.repeats(key, message.receivedAtMs)) return 'repeated';
      // The receipt comes second: a crash in between queues the event twice, never zero times.
      await handoff.enqueue(message);
      await receipts.add(key, message.receivedAtMs, told);
      return 'new';
    },
  };
}
