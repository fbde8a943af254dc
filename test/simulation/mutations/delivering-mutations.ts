import type { DeliveryEvent, DeliveryStore } from '../../../watcher/delivery/delivery-store.ts';
import type { Mutation } from '../mutation.ts';

/** Mistakes in the delivery: put around senders and the queue. */
export const DELIVERING_MUTATIONS: readonly Mutation[] = [
  {
    name: 'swallow-500',
    mistake: 'an answer of 500 counts as delivered',
    caughtBy: ['Complete'],
    sender: (sender) => ({
      ...sender,
      async send(event, signal) {
        const outcome = await sender.send(event, signal);
        return outcome.kind === 'retry' && outcome.status === 500
          ? { kind: 'delivered', status: 500 }
          : outcome;
      },
    }),
  },
  {
    name: 'timeout-is-delivered',
    mistake: 'a request that nobody answered counts as delivered',
    caughtBy: ['Complete'],
    sender: (sender) => ({
      ...sender,
      async send(event, signal) {
        const outcome = await sender.send(event, signal);
        return outcome.kind === 'retry' && outcome.status === null
          ? { kind: 'delivered', status: null }
          : outcome;
      },
    }),
  },
  {
    name: 'delivered-before-answer',
    mistake: 'a delivery is marked as done when it is sent, not when it is answered',
    caughtBy: ['Complete'],
    sender: (sender, store, subscription) => ({
      ...sender,
      send(event, signal) {
        markDelivered(store, subscription, event);
        return sender.send(event, signal);
      },
    }),
  },
  {
    name: 'rewrite-body',
    mistake: 'the event is written anew for each attempt',
    caughtBy: ['StableId'],
    sender(sender) {
      let attempts = 0;
      return {
        ...sender,
        send(event, signal) {
          attempts += 1;
          const body = Buffer.from(event.body).toString('utf8').replace(/}$/, `,"attempt":${attempts}}`);
          return sender.send({ ...event, body: Buffer.from(body) }, signal);
        },
      };
    },
  },
  {
    name: 'no-order',
    mistake: 'ordering: container is not honoured',
    caughtBy: ['CausalPerContainer'],
    target: (target) => ({ ...target, ordering: 'none' }),
  },
  {
    name: 'give-up-silently',
    mistake: 'what was refused a few times is dropped, and is no dead letter',
    caughtBy: ['Complete'],
    store: (store) => ({
      ...store,
      recordOutcomes: (records) =>
        store.recordOutcomes(
          records.map((each) =>
            each.next.kind === 'dead' ? { ...each, next: { kind: 'delivered' } } : each,
          ),
        ),
    }),
  },
];

function markDelivered(store: DeliveryStore, subscription: string, { sequence }: DeliveryEvent): void {
  store.recordOutcomes([
    {
      subscription,
      sequence,
      attempt: 1,
      atMs: 0,
      durationMs: 0,
      status: null,
      outcome: 'sent',
      next: { kind: 'delivered' },
    },
  ]);
}
