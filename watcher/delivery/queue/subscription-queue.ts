import type { Clock } from '../../../settings/ambient/clock.ts';
import type { DeliveryObserver } from '../delivery-observer.ts';
import type { DeliveryEvent, DeliveryStore, DueDelivery } from '../delivery-store.ts';
import type { Gone, Outcome } from '../outcome.ts';
import { DispatcherStopped, type Sender } from '../sender.ts';
import type { SubscriptionTarget } from '../subscription-target.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import { createDeliveryWindow } from './delivery-window.ts';
import { type Attempt, giveUp, makeAttempt } from './make-attempt.ts';
import type { OutcomeRecorder } from './outcome-recorder.ts';
import { settleAttempt } from './settle-attempt.ts';

/** How long to wait after the journal could not be read or written. */
const STORE_RETRY_MS = 1000;
/** The journal is looked at this often at least, whatever the timers say. */
const LONGEST_SLEEP_MS = 3600 * 1000;

export type SubscriptionQueueDependencies = {
  readonly target: SubscriptionTarget;
  readonly sender: Sender;
  readonly store: DeliveryStore;
  readonly recorder: OutcomeRecorder;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: DeliveryObserver;
  /**
   * A receiver ended its subscription, and that is stored. When it throws (the notice could not be stored), it is called
   * again a second later.
   */
  readonly onDisabled: (subscription: string, why: string, deadLetters: number) => void;
  readonly onStoreError: (error: unknown) => void;
};

export interface SubscriptionQueue {
  start(): void;
  /** There may be something new: what is due is on its way when this returns. */
  wake(): void;
  /** Takes nothing more, and resolves when nothing is in flight, or `drainMs` is over and the rest is abandoned. */
  stop(drainMs: number): Promise<void>;
}

/**
 * Delivers one subscription.
 *
 * | state | what it does | leaves when |
 * |---|---|---|
 * | `stopped` | nothing; what is in flight may end | `start` |
 * | `running` | takes what is due while there is room | `stop`; the receiver is gone |
 * | `disabled` | nothing, also after a restart | `start` after it was enabled in the store |
 *
 * A pause is no state but a time before which nothing is taken. A delivery is open from being taken until its outcome
 * is stored; if the process dies in between, it is pending and is made again with the same id.
 */
export function createSubscriptionQueue(dependencies: SubscriptionQueueDependencies): SubscriptionQueue {
  const { target, sender, store, recorder, clock, random, observer, onDisabled, onStoreError } = dependencies;
  const { name, timeoutMs } = target;
  const window = createDeliveryWindow(target, store);
  const limit = createConcurrencyLimit(target.concurrency);
  const inFlight = new Map<AbortController, Promise<void>>();
  let state: 'stopped' | 'running' | 'disabled' = 'stopped';
  let stopping = false;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  let cancelTimer = () => {};
  /** The journal was asked what waits for a time, and the timer set. */
  let nextIsKnown = false;

  function sleep(delayMs: number): void {
    cancelTimer();
    cancelTimer = clock.after(Math.min(Math.ceil(delayMs), LONGEST_SLEEP_MS), wake);
  }

  function wake(): void {
    window.refresh();
    nextIsKnown = false;
    advance();
  }

  /** Goes on with what is known; cheap, because every delivery ends with it. */
  function advance(): void {
    if (state !== 'running') return;
    const pauseMs = pausedUntilMs - clock.monotonicMs();
    try {
      if (pauseMs > 0) sleep(pauseMs);
      else takeDue();
    } catch (error) {
      onStoreError(error);
      sleep(STORE_RETRY_MS);
    }
  }

  function takeDue(): void {
    while (inFlight.size < limit.current()) {
      const delivery = window.take();
      if (delivery === null) {
        if (nextIsKnown) return;
        nextIsKnown = true;
        const nextMs = store.nextDueInMs(name);
        if (nextMs !== null) sleep(nextMs);
        return;
      }
      begin(delivery);
    }
  }

  function begin(delivery: DueDelivery): void {
    const event = load(delivery.sequence);
    if (event === null) {
      window.settle(delivery.sequence);
    } else if (target.dropExpired && event.expiresAtMs !== null && event.expiresAtMs < clock.nowMs()) {
      conclude(event, 0, giveUp('expired', clock));
    } else {
      const controller = new AbortController();
      inFlight.set(controller, run(event, delivery.attempts + 1, controller));
    }
  }

  function load(sequence: number): DeliveryEvent | null {
    try {
      return store.load(sequence);
    } catch (error) {
      window.settle(sequence);
      throw error;
    }
  }

  async function run(event: DeliveryEvent, attempt: number, controller: AbortController): Promise<void> {
    const made = await makeAttempt(event, controller, { sender, clock, timeoutMs });
    inFlight.delete(controller);
    if (controller.signal.reason instanceof DispatcherStopped && made.outcome.kind === 'retry') {
      // Leaves no trace: the event is pending, and the next process makes this attempt again.
      window.settle(event.sequence);
    } else {
      conclude(event, attempt, made);
      advance();
    }
  }

  function conclude(event: DeliveryEvent, attempt: number, made: Attempt): void {
    const { outcome, atMs, durationMs } = made;
    const settlement = settleAttempt(outcome, target.schedule, attempt, random());
    const pauseMs = outcome.kind === 'retry' ? outcome.pauseMs : undefined;
    const { sequence } = event;
    const told = { subscription: name, sequence, attempt, status: outcome.status, durationMs };
    const record = { ...told, atMs, ...settlement, ...(pauseMs === undefined ? {} : { pauseMs }) };
    recorder.add(record, recorded);
    adapt(outcome, made.startedMs);
    observer.onAttempt({
      ...told,
      eventId: event.eventId,
      type: event.type,
      outcome: outcome.kind,
      next: settlement.next.kind,
      reason: outcome.kind === 'delivered' ? null : settlement.outcome,
      observedToSentMs: event.ageMs,
      retryInMs: settlement.next.kind === 'retry' ? settlement.next.delayMs : null,
      ...(outcome.kind === 'retry' &&
        outcome.clockSkewMs !== undefined && { clockSkewMs: outcome.clockSkewMs }),
    });
    if (outcome.kind === 'gone') end(outcome);
  }

  function recorded(sequences: readonly number[]): void {
    for (const sequence of sequences) window.settle(sequence);
    wake();
  }

  /** What an outcome means for those that follow. */
  function adapt(outcome: Outcome, startedMs: number): void {
    const nowMs = clock.monotonicMs();
    if (outcome.kind === 'delivered') limit.succeeded();
    if (outcome.kind !== 'retry') return;
    if (outcome.slowDown === true) limit.overloaded(startedMs, nowMs);
    if (outcome.pauseMs !== undefined) pausedUntilMs = Math.max(pausedUntilMs, nowMs + outcome.pauseMs);
  }

  function end(outcome: Gone): void {
    if (state === 'disabled') return;
    state = 'disabled';
    cancelTimer();
    window.clear();
    disable(outcome);
  }

  /** The outcome is stored first, so that the event that ended it all is counted once, in `buried`. */
  function disable(outcome: Gone, buried = outcome.accepted ? 0 : 1): void {
    let deadLetters = buried;
    try {
      if (!recorder.flush()) throw new Error('outcomes wait to be stored');
      deadLetters += store.disable(name, outcome.reason);
      onDisabled(name, outcome.reason, deadLetters);
    } catch (error) {
      onStoreError(error);
      // Nothing is lost when the process ends before that: the receiver will say it again.
      if (!stopping) cancelTimer = clock.after(STORE_RETRY_MS, () => disable(outcome, deadLetters));
    }
  }

  return {
    start() {
      const { disabled, pausedForMs } = store.standing(name);
      state = disabled === null ? 'running' : 'disabled';
      pausedUntilMs = clock.monotonicMs() + pausedForMs;
      wake();
    },
    wake,
    async stop(drainMs) {
      stopping = true;
      if (state === 'running') state = 'stopped';
      cancelTimer();
      window.clear();
      const drained = Promise.all(inFlight.values());
      const cancelDrain = clock.after(drainMs, () => {
        for (const controller of inFlight.keys()) controller.abort(new DispatcherStopped('stopped'));
      });
      await drained;
      cancelDrain();
    },
  };
}
