import type { EventSender } from '../../../../watcher/delivery/event-sender.ts';
import type { Outcome } from '../../../../watcher/delivery/outcome.ts';
import type { FakeClock } from '../../../support/fake-clock.ts';

export type Sent = { readonly id: string; readonly atMs: number };

/** A receiver whose answers take 10 ms of the injected clock, and that says how many were on their way at once. */
export function createScripted(clock: FakeClock) {
  const sent: Sent[] = [];
  const state = { answer: (_id: string): Outcome => ({ kind: 'delivered', status: 202 }), open: 0, most: 0 };
  const sender: EventSender = {
    send(event) {
      sent.push({ id: event.eventId, atMs: clock.monotonicMs() });
      state.most = Math.max(state.most, ++state.open);
      const outcome = state.answer(event.eventId);
      return new Promise((resolve) => {
        clock.after(10, () => {
          state.open -= 1;
          resolve(outcome);
        });
      });
    },
    close: async () => {},
  };
  return { sender, sent, state };
}
