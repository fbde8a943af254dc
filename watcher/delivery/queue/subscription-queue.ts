import type { DeliveryObserver } from '../delivery-observer.ts';
import type { DeliveryEvent, DeliveryStore, DueDelivery } from '../delivery-store.ts';
import type { EventSender } from '../event-sender.ts';
import type { Gone } from '../outcome.ts';
import type { DeliveryShares } from '../share/delivery-shares.ts';
import type { SubscriptionTarget } from '../subscription-target.ts';
import { createAttemptsUnderWay } from './attempts-under-way.ts';
import { createConclusion } from './conclude-attempt.ts';
import { createDeliverySupply } from './delivery-supply.ts';
import { createDeliveryWindow } from './delivery-window.ts';
import { createStepLoading } from './load-together.ts';
import type { Attempt } from './make-attempt.ts';
import type { OutcomeRecorder } from './outcome-recorder.ts';
import { createOutlivedDeliveries } from './outlived-deliveries.ts';
import { createPace, type Pace } from './pace.ts';
import { soonOnce } from './soon-once.ts';
import { createStoredEnding, type EndingDependencies } from './store-ending.ts';

/** How long to wait after the journal could not be read or written. */
const STORE_RETRY_MS = 1000;
/** The journal is looked at this often at least, whatever the timers say. */
const LONGEST_SLEEP_MS = 3600 * 1000;

export type SubscriptionQueueDependencies = EndingDependencies & {
  readonly target: SubscriptionTarget;
  readonly sender: Pick<EventSender, 'send'>;
  readonly store: DeliveryStore;
  readonly recorder: OutcomeRecorder;
  readonly shares: DeliveryShares;
  readonly random: () => number;
  readonly observer: DeliveryObserver;
};

type Phase = 'stopped' | 'running' | 'disabled';

/** How a subscription fares, for those who show it. */
export type QueueState = {
  /** What its latest attempts say of the receiver; `ended`: it wants no more. */
  readonly receiver: 'up' | 'failing' | 'recovering' | 'ended';
  /** Something due waits for a rate: its own, or that of its tenant. */
  readonly isThrottled: boolean;
  readonly inFlight: number;
};

export interface SubscriptionQueue {
  start(): void;
  /** Something new was stored and is due: it is on its way when this returns. */
  wake(): void;
  /** The same, with what was stored; see `Dispatcher.deliver`. */
  deliver(events: readonly DeliveryEvent[]): void;
  /** The journal may have changed in any way. */
  refresh(): void;
  /** Somebody wants what waits to be tried now, whatever the receiver said. */
  hurry(): void;
  /**
   * Takes nothing more, for good, and resolves when nothing is in flight, or `drainMs` is over and the rest is
   * abandoned. Call it again to wait less long.
   */
  stop(drainMs: number): Promise<void>;
  state(): QueueState;
  /** Resolves when it was stopped and every outcome is stored: another queue can go on where this one ended. */
  readonly settled: Promise<void>;
}

/**
 * Delivers one subscription.
 *
 * | state | what it does | leaves when |
 * |---|---|---|
 * | `stopped` | nothing; what is in flight may end | `start`; never after `stop`, nor while the target is held |
 * | `running` | takes what is due while there is room | `stop`; the receiver is gone |
 * | `disabled` | nothing, also after a restart | `start` after it was enabled in the store |
 *
 * A pause is no state but a time before which nothing is taken, and how much is taken at a time is for the pace to say. A delivery is open from being taken until its outcome
 * is stored; if the process dies in between, it is pending and is made again with the same id.
 */
export function createSubscriptionQueue(dependencies: SubscriptionQueueDependencies): SubscriptionQueue {
  const { target, sender, store, clock, random, onStoreError } = dependencies;
  const { name, timeoutMs } = target;
  const window = createDeliveryWindow(target, store);
  const pace = createPace(target, clock, random);
  const loading = createStepLoading(store, window);
  const underWay = createAttemptsUnderWay({ sender, clock, timeoutMs, onEnded });
  const conclusion = createConclusion(target, { ...dependencies, onRecorded });
  const supply = createDeliverySupply(target, { ...dependencies, window, pace, onRoom: advance });
  const outlived = createOutlivedDeliveries(target, window, store);
  const ending = createStoredEnding(name, dependencies);
  const advanceSoon = soonOnce(advance);
  const settled = Promise.withResolvers<void>();
  let state: Phase = 'stopped';
  let isOver = false;
  let cancelTimer = () => {};

  function sleep(delayMs: number, then: () => void = refresh): void {
    cancelTimer();
    cancelTimer = clock.after(Math.min(Math.ceil(delayMs), LONGEST_SLEEP_MS), then);
  }

  function start(): void {
    if (isOver || target.held !== undefined) return;
    try {
      const standing = store.standing(name);
      state = standing.disabled === null ? 'running' : 'disabled';
      pace.resume(standing);
      refresh();
    } catch (error) {
      onStoreError(error);
      sleep(STORE_RETRY_MS, start);
    }
  }

  function refresh(look = supply.refresh): void {
    look();
    advance();
  }

  /** Goes on with what is known; cheap, because every delivery ends with it. */
  function advance(): void {
    if (state !== 'running') return;
    try {
      const pauseMs = pace.pauseMs();
      if (pauseMs > 0) sleep(pauseMs);
      else takeDue();
    } catch (error) {
      onStoreError(error);
      sleep(STORE_RETRY_MS);
    } finally {
      loading.end();
    }
  }

  function takeDue(): void {
    for (const { event, delivery, why } of outlived.take()) conclusion.givenUp(event, delivery, why);
    for (;;) {
      const found = supply.next(underWay.count());
      if (found.delivery === null) {
        if (found.waitMs !== null) sleep(found.waitMs);
        return;
      }
      begin(found.delivery, found.isProbe);
    }
  }

  function begin(delivery: DueDelivery, isProbe: boolean): void {
    const event = loading.load(delivery.sequence, target.concurrency - underWay.count());
    if (event === null) window.settle(delivery.sequence);
    else if (target.dropExpired && event.expiresAtMs !== null && event.expiresAtMs < clock.nowMs())
      conclusion.givenUp(event, delivery, 'expired');
    else {
      if (isProbe) pace.probing(delivery.sequence);
      supply.begun();
      underWay.begin(event, delivery);
    }
  }

  function onEnded(event: DeliveryEvent, delivery: DueDelivery, made: Attempt | null): void {
    const lesson = pace.learn(delivery, made);
    outlived.learn(lesson);
    if (made === null) window.settle(event.sequence);
    else conclusion.attempted(event, delivery, made, lesson);
    if (made?.outcome.kind === 'gone') end(made.outcome);
    supply.ended();
    advanceSoon();
  }

  function onRecorded(sequences: readonly number[]): void {
    for (const sequence of sequences) window.settle(sequence);
    refresh();
    tellSettled();
  }

  function end(outcome: Gone): void {
    if (state === 'disabled') return;
    halt('disabled');
    ending.store(outcome);
  }

  /** Nothing more is taken. */
  function halt(next: Exclude<Phase, 'running'>): void {
    state = next;
    cancelTimer();
    window.clear();
  }

  function tellSettled(): void {
    if (isOver && underWay.count() === 0 && window.openCount() === 0) settled.resolve();
  }

  return {
    start,
    wake: () => refresh(supply.renew),
    deliver: (events) => refresh(() => loading.know(supply.offer(events))),
    refresh,
    hurry() {
      pace.hurry();
      // What was hurried comes before what was known to be due.
      window.clear();
      refresh();
    },
    async stop(drainMs) {
      isOver = true;
      halt(state === 'disabled' ? 'disabled' : 'stopped');
      ending.cancel();
      supply.leave();
      await underWay.drain(drainMs);
      tellSettled();
    },
    state: () => ({ ...stateOf(state, pace, supply), inFlight: underWay.count() }),
    settled: settled.promise,
  };
}

function stateOf(
  phase: Phase,
  pace: Pick<Pace, 'condition'>,
  supply: { isThrottled(): boolean },
): Omit<QueueState, 'inFlight'> {
  return {
    receiver: phase === 'disabled' ? 'ended' : pace.condition(),
    isThrottled: phase === 'running' && supply.isThrottled(),
  };
}
