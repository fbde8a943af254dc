import type { Clock } from '../../../settings/ambient/clock.ts';
import type { DeliveryStore } from '../delivery-store.ts';
import type { Gone } from '../outcome.ts';
import type { OutcomeRecorder } from './outcome-recorder.ts';

/** How long to wait after the journal could not be written. */
const RETRY_MS = 1000;

export type EndingDependencies = {
  readonly store: Pick<DeliveryStore, 'disable'>;
  readonly recorder: Pick<OutcomeRecorder, 'flush'>;
  readonly clock: Clock;
  /**
   * A receiver ended its subscription, and that is stored. When it throws (the notice could not be stored), it is called
   * again a second later.
   */
  readonly onDisabled: (subscription: string, why: string, deadLetters: number) => void;
  readonly onStoreError: (error: unknown) => void;
};

/** Stores that a receiver wants no more of a subscription, and goes on trying until that is done. */
interface StoredEnding {
  store(outcome: Gone): void;
  /** Tries no more. Nothing is lost by it: the receiver will say it again. */
  cancel(): void;
}

export function createStoredEnding(subscription: string, dependencies: EndingDependencies): StoredEnding {
  const { store, recorder, clock, onDisabled, onStoreError } = dependencies;
  let cancelRetry = () => {};
  let isCancelled = false;

  /** The outcome is stored first, so that the event that ended it all is counted once, in `buried`. */
  function disable(outcome: Gone, buried: number): void {
    let deadLetters = buried;
    try {
      if (!recorder.flush()) throw new Error('outcomes wait to be stored');
      deadLetters += store.disable(subscription, outcome.reason);
      onDisabled(subscription, outcome.reason, deadLetters);
    } catch (error) {
      onStoreError(error);
      if (!isCancelled) cancelRetry = clock.after(RETRY_MS, () => disable(outcome, deadLetters));
    }
  }

  return {
    store: (outcome) => disable(outcome, outcome.accepted ? 0 : 1),
    cancel() {
      isCancelled = true;
      cancelRetry();
    },
  };
}
