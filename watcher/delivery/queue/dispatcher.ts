import { closeOnce } from '../../../settings/ambient/close-once.ts';
import type { DeliveryEvent } from '../delivery-store.ts';
import type { EventSender } from '../event-sender.ts';
import { createDeliveryShares, type ShareLimits } from '../share/delivery-shares.ts';
import type { SubscriptionTarget } from '../subscription-target.ts';
import type { Attempt } from './make-attempt.ts';
import { createOutcomeRecorder } from './outcome-recorder.ts';
import { createSingleAttempts, type SingleAttempts } from './single-attempts.ts';
import {
  createSubscriptionQueue,
  type QueueState,
  type SubscriptionQueue,
  type SubscriptionQueueDependencies,
} from './subscription-queue.ts';

type DispatcherDependencies = Pick<
  SubscriptionQueueDependencies,
  'store' | 'clock' | 'random' | 'observer' | 'onDisabled' | 'onStoreError'
> & {
  /** What is divided among tenants and the operator's own; left out: as {@link createDeliveryShares} has it. */
  readonly shares?: ShareLimits;
};

export interface Dispatcher {
  /**
   * Delivers one more subscription, beginning with what is pending in the journal. If one of the same name was removed
   * a moment ago, it goes on where that one ends. Once stopped, it only closes the sender.
   *
   * @param served `sender` is made for the target; the dispatcher closes it.
   * @throws {RangeError} when there is one of the same name.
   */
  add(served: { readonly target: SubscriptionTarget; readonly sender: EventSender }): void;
  /**
   * Takes nothing more of a subscription, waits at most `drainMs` for what is in flight, stores the outcomes and closes
   * the sender. What waits stays in the journal. Unknown names are ignored.
   */
  remove(subscription: string, options: { readonly drainMs: number }): Promise<void>;
  /** Call after each commit, with the subscriptions that got something; unknown names are ignored. */
  wake(subscriptions: Iterable<string>): void;
  /**
   * As {@link Dispatcher.wake}, of one subscription, with what it got, in the order in which it was stored: nothing else
   * has happened since to those deliveries. Held in memory no longer than this call.
   */
  deliver(subscription: string, events: readonly DeliveryEvent[]): void;
  /**
   * Another process changed the journal: looks at every queue, takes up the subscriptions that it enabled, and tries those
   * that it hurried. What became a dead letter stays one. Does nothing once stopped.
   */
  refresh(changes: { readonly enabled: Iterable<string>; readonly hurried: Iterable<string> }): void;
  /**
   * Makes one attempt beside the queue, by the way that deliveries of a subscription go: what comes of it changes nothing.
   *
   * @returns null when it was not made: there is no such subscription, another one is under way, or it was cut by a stop.
   */
  attemptOnce(subscription: string, event: DeliveryEvent): Promise<Attempt | null>;
  /** How a subscription fares; null for one that is not delivered. */
  stateOf(subscription: string): QueueState | null;
  /** Removes every subscription. Idempotent. */
  stop(options: { readonly drainMs: number }): Promise<void>;
}

type Served = {
  readonly queue: SubscriptionQueue;
  readonly single: SingleAttempts;
  readonly close: () => Promise<void>;
};

/**
 * Delivers what the journal holds, at least once, each subscription by itself: its queue, its connections and its
 * pauses are its own. The storing of outcomes is shared, and how many deliveries are in flight in all (see
 * delivery-shares.ts), of which each has its part.
 */
export function createDispatcher(dependencies: DispatcherDependencies): Dispatcher {
  const recorder = createOutcomeRecorder(dependencies);
  const shares = createDeliveryShares(dependencies.clock, dependencies.shares);
  const served = new Map<string, Served>();
  /** Removed, and not yet drained. */
  const leaving = new Set<Served>();
  /** By name, until the outcomes of all that were removed are stored: what they have open is still due in the journal. */
  const unsettled = new Map<string, Promise<unknown>>();
  let stopped: Promise<void> | null = null;

  function settlesAfter(name: string, queue: SubscriptionQueue): void {
    const all = Promise.all([unsettled.get(name), queue.settled]).then(() => {
      if (unsettled.get(name) === all) unsettled.delete(name);
    });
    unsettled.set(name, all);
  }

  async function stopAll(drainMs: number): Promise<void> {
    const all = [...served.values(), ...leaving];
    for (const { single } of all) single.stop();
    await Promise.all(all.map(({ queue }) => queue.stop(drainMs)));
    recorder.flush();
    recorder.stop();
    await Promise.all(all.map(({ close }) => close()));
  }

  return {
    add({ target, sender }) {
      const { name } = target;
      if (served.has(name)) throw new RangeError(`the subscription ${name} is delivered already`);
      const close = closeOnce(() => sender.close());
      if (stopped !== null) return void close();
      const queue = createSubscriptionQueue({ ...dependencies, target, sender, recorder, shares });
      const { timeoutMs } = target;
      const single = createSingleAttempts({ sender, clock: dependencies.clock, timeoutMs });
      served.set(name, { queue, single, close });
      const before = unsettled.get(name);
      if (before === undefined) queue.start();
      else void before.then(() => queue.start());
    },
    async remove(name, { drainMs }) {
      const removed = served.get(name);
      if (removed === undefined) return;
      served.delete(name);
      leaving.add(removed);
      removed.single.stop();
      settlesAfter(name, removed.queue);
      try {
        await removed.queue.stop(drainMs);
        recorder.flush();
        await removed.close();
      } finally {
        leaving.delete(removed);
      }
    },
    wake(names) {
      for (const name of names) served.get(name)?.queue.wake();
    },
    deliver(name, events) {
      served.get(name)?.queue.deliver(events);
    },
    refresh({ enabled, hurried }) {
      if (stopped !== null) return;
      // One that waits for the end of the one before it begins by itself.
      for (const name of enabled) if (!unsettled.has(name)) served.get(name)?.queue.start();
      for (const name of hurried) served.get(name)?.queue.hurry();
      for (const { queue } of served.values()) queue.refresh();
    },
    attemptOnce: async (name, event) => served.get(name)?.single.make(event) ?? null,
    stateOf: (name) => served.get(name)?.queue.state() ?? null,
    stop({ drainMs }) {
      stopped ??= stopAll(drainMs);
      return stopped;
    },
  };
}
