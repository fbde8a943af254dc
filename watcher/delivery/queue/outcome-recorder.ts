import type { Clock } from '../../../settings/ambient/clock.ts';
import type { DeliveryRecord, DeliveryStore } from '../delivery-store.ts';

/**
 * Outcomes that finish within this time are stored together, because each transaction costs an fsync; or within four
 * times what the last one took, so that storing never takes more than a fifth of the time, whatever the disk.
 */
const GROUP_MS = 3;
const GROUP_TRANSACTIONS = 4;
const LONGEST_GROUP_MS = 20;
/** How long to wait before storing again what could not be stored. */
const RETRY_MS = 1000;

/** @param sequences of the events whose outcomes are stored. */
export type OnRecorded = (sequences: readonly number[]) => void;

export interface OutcomeRecorder {
  /** Stores the record soon; `onRecorded` hears, once for all of its records of a transaction, that they are durable. */
  add(record: DeliveryRecord, onRecorded: OnRecorded): void;
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
  let waiting: { readonly record: DeliveryRecord; readonly onRecorded: OnRecorded }[] = [];
  let cancel: (() => void) | null = null;
  let groupMs = GROUP_MS;

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
    const startedMs = clock.monotonicMs();
    try {
      store.recordOutcomes(batch.map(({ record }) => record));
    } catch (error) {
      onStoreError(error);
      schedule(RETRY_MS);
      return false;
    }
    waiting = [];
    const tookMs = clock.monotonicMs() - startedMs;
    groupMs = Math.min(Math.max(GROUP_MS, GROUP_TRANSACTIONS * tookMs), LONGEST_GROUP_MS);
    const sequences = Map.groupBy(batch, ({ onRecorded }) => onRecorded);
    for (const [onRecorded, stored] of sequences) onRecorded(stored.map(({ record }) => record.sequence));
    return true;
  }

  function stop(): void {
    cancel?.();
    cancel = null;
  }

  return {
    add(record, onRecorded) {
      waiting.push({ record, onRecorded });
      schedule(groupMs);
    },
    flush,
    stop,
  };
}
