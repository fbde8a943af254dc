import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { Dispatcher } from '../delivery/queue/dispatcher.ts';
import { createRetirement } from '../delivery/retirement.ts';
import type { Journal } from '../journal/open-journal.ts';
import { DRAIN_MS } from './open-delivery.ts';
import type { WatcherDeps } from './watcher-deps.ts';

const WHY = 'removed from the configuration';
const RETRY_MS = 10_000;

export type DepartureStages = {
  readonly journal: Pick<Journal, 'waiting' | 'disable' | 'giveUp' | 'takeBack'>;
  readonly dispatcher: Pick<Dispatcher, 'refresh'>;
  readonly leads: () => boolean;
};

/** Subscriptions of the operator's file that go, and come again under their name. */
interface FileDepartures {
  leave(names: readonly string[]): void;
  /** Call before they are in the book. One that its receiver ended stays ended. */
  arrive(names: readonly string[]): void;
  stop(): void;
}

export function createFileDepartures(
  { clock, log }: Pick<WatcherDeps, 'clock' | 'log'>,
  { journal, dispatcher, leads }: DepartureStages,
): FileDepartures {
  const retirement = createRetirement({ store: journal, clock, leads, drainMs: DRAIN_MS, log });
  /** By name, those that could not be enabled yet. */
  const retries = new Map<string, () => void>();

  function forgetRetry(name: string): void {
    retries.get(name)?.();
    retries.delete(name);
  }

  function enable(name: string): void {
    forgetRetry(name);
    try {
      if (!journal.takeBack(name, WHY)) return;
      log.info({ subscription: name }, 'a subscription is in the configuration again: taken up');
      dispatcher.refresh({ enabled: [name], hurried: [] });
    } catch (error) {
      const cause = messageOf(error);
      log.warn({ subscription: name, cause }, 'it could not be taken up again yet; trying again');
      retries.set(
        name,
        clock.after(RETRY_MS, () => enable(name)),
      );
    }
  }

  return {
    leave(names) {
      for (const name of names) {
        forgetRetry(name);
        retirement.retire(name, WHY);
      }
    },
    arrive(names) {
      for (const name of names) {
        retirement.takeBack(name);
        enable(name);
      }
    },
    stop() {
      retirement.stop();
      for (const name of [...retries.keys()]) forgetRetry(name);
    },
  };
}
