import type { Clock } from '../clock.ts';
import type { DeliveryRecord, DeliveryStore } from './delivery-store.ts';

/** Outcomes that finish within this time are stored together, because each transaction costs an fsync. */
const GROUP_MS = 3;
/** How long to wait before storing again what could not be stored. */
const RETRY_MS = 1000;

export interface OutcomeRecorder {
  /** Stores the record soon; `onRecorded` runs once it is durable. */
  add(record: DeliveryRecord, onRecorded: () => void): void;
  /** Stores what is waiting at once. True when nothing is left. */
  flush(): boolean;
  /** Stops waiting; what {@link flush} could not store is attempted again by the next process. */
  stop(): void;
}

type Dependencies = {
  readonly store: Pick<DeliveryStore, 'recordOutcomes'>;
  readonly clock: Clock;
  readonly onStoreError: (error: unknown) => void;
};

/**
 * Group commit of outcomes. What waits here is bounded by those who add: each subscription has a limited number of
 * deliveries open until `onRecorded` (see delivery-window.ts), so a full disk cannot make it grow.
 */
export function createOutcomeRecorder({ store, clock, onStoreError }: Dependencies): OutcomeRecorder {
  let waiting: { readonly record: DeliveryRecord; readonly onRecorded: () => void }[] = [];
  let cancel: (() => void) | null = null;

  function schedule(delayMs: number): void {
    cancel ??= clock.after(delayMs, () => {
      cancel = null;
      flush();
    });
  }

  function flush(): boolean {
    stop();
    if (waiting.length === 0) return true;
    const batch = waiting;
    try {
      store.recordOutcomes(batch.map(({ record }) => record));
    } catch (error) {
      onStoreError(error);
      schedule(RETRY_MS);
      return false;
    }
    waiting = [];
    for (const { onRecorded } of batch) onRecorded();
    return true;
  }

  function stop(): void {
    cancel?.();
    cancel = null;
  }

  return {
    add(record, onRecorded) {
      waiting.push({ record, onRecorded });
      schedule(GROUP_MS);
    },
    flush,
    stop,
  };
}
