import type { DeliveryStore } from '../delivery/delivery-store.ts';
import type { HandoverStore } from './handover-store.ts';

/** The queue as this replica sees it: while another one leads, only what that one cannot know of. */
export function replicaQueue<S extends DeliveryStore & Pick<HandoverStore, 'isOwn'>>(
  store: S,
  leads: () => boolean,
): S {
  return {
    ...store,
    due: (subscription, options) => store.due(subscription, { ...options, own: !leads() }),
    // What the leader's receiver does to its queue is for the leader to say.
    oldestWaiting: (subscription, limit) => (leads() ? store.oldestWaiting(subscription, limit) : []),
    nextDueInMs: (subscription) => store.nextDueInMs(subscription, { own: !leads() }),
    // Asked right before each attempt: a process that was stopped and goes on must not send what it had taken before.
    load: (sequences) => store.load(leads() ? sequences : sequences.filter(store.isOwn)),
  };
}
