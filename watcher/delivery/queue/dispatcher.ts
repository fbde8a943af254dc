import type { DeliveryStore } from '../delivery-store.ts';
import type { Sender } from '../sender.ts';
import type { SubscriptionTarget } from '../subscription-target.ts';
import { createOutcomeRecorder } from './outcome-recorder.ts';
import { createSubscriptionQueue, type SubscriptionQueueDependencies } from './subscription-queue.ts';

export type DispatcherDependencies = Pick<
  SubscriptionQueueDependencies,
  'clock' | 'random' | 'observer' | 'onDisabled' | 'onStoreError'
> & {
  /** Each with the sender made for it; the dispatcher closes them when it stops. Names are unique. */
  readonly subscriptions: readonly { readonly target: SubscriptionTarget; readonly sender: Sender }[];
  readonly store: DeliveryStore;
};

export interface Dispatcher {
  /** Begins with what is pending in the journal. */
  start(): void;
  /** Call after each commit, with the subscriptions that got something; unknown names are ignored. */
  wake(subscriptions: Iterable<string>): void;
  /**
   * Another process changed the journal: looks at every queue, and takes up the subscriptions that it enabled. What
   * became a dead letter stays one. Does nothing once stopped.
   */
  refresh(enabled: Iterable<string>): void;
  /**
   * Takes nothing more, waits at most `drainMs` for what is in flight, stores the outcomes and closes the senders. The
   * rest stays pending in the journal. Idempotent.
   */
  stop(options: { readonly drainMs: number }): Promise<void>;
}

/**
 * Delivers what the journal holds, at least once, each subscription by itself: its queue, its slots, its connections
 * and its pauses are its own, so that none waits for another. Only the storing of outcomes is shared.
 */
export function createDispatcher(dependencies: DispatcherDependencies): Dispatcher {
  const { subscriptions, store, clock, onStoreError } = dependencies;
  const recorder = createOutcomeRecorder({ store, clock, onStoreError });
  const queues = new Map(
    subscriptions.map(({ target, sender }) => {
      const queue = createSubscriptionQueue({ ...dependencies, target, sender, recorder });
      return [target.name, queue] as const;
    }),
  );
  let stopped: Promise<void> | null = null;

  async function stopAll(drainMs: number): Promise<void> {
    await Promise.all([...queues.values()].map((queue) => queue.stop(drainMs)));
    recorder.flush();
    recorder.stop();
    await Promise.all(subscriptions.map(({ sender }) => sender.close()));
  }

  return {
    start() {
      for (const queue of queues.values()) queue.start();
    },
    wake(names) {
      for (const name of names) queues.get(name)?.wake();
    },
    refresh(enabled) {
      if (stopped !== null) return;
      for (const name of enabled) queues.get(name)?.start();
      for (const queue of queues.values()) queue.wake();
    },
    stop({ drainMs }) {
      stopped ??= stopAll(drainMs);
      return stopped;
    },
  };
}
