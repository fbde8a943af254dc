import type { Clock } from '../../settings/ambient/clock.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { DeliveryStore } from './delivery-store.ts';

type RetirementDeps = {
  readonly store: Pick<DeliveryStore, 'waiting' | 'disable' | 'giveUp'>;
  readonly clock: Clock;
  /** Whether this replica tells the others' subscribers of it; one of several does. */
  readonly leads: () => boolean;
  /** How long deliveries of a removed subscription may take to end. */
  readonly drainMs: number;
  readonly log: Record<'info' | 'warn', (fields: object, message: string) => void>;
};

/** Gives up what waits for subscriptions that are gone. */
export interface Retirement {
  /**
   * The subscription is in the book no more, and none of its name will be again, until {@link Retirement.takeBack}. What
   * waits once its deliveries have ended becomes dead letters, which a `disabled` event tells whoever wants it.
   *
   * @param why kept with each dead letter: `subscription deleted`.
   */
  retire(subscription: string, why: string): void;
  /** There is one of the name again, before anything was given up. */
  takeBack(subscription: string): void;
  stop(): void;
}

/** More than the drain takes, so that no attempt is under way. */
const SLACK_MS = 1_000;
const RETRY_MS = 10_000;

export function createRetirement({ store, clock, leads, drainMs, log }: RetirementDeps): Retirement {
  const cancels = new Map<string, () => void>();

  function giveUpAfter(ms: number, subscription: string, why: string): void {
    cancels.get(subscription)?.();
    cancels.set(
      subscription,
      clock.after(ms, () => giveUp(subscription, why)),
    );
  }

  function giveUp(subscription: string, why: string): void {
    cancels.delete(subscription);
    try {
      if (store.waiting(subscription) === 0) return;
      const deadLetters = leads() ? store.disable(subscription, why) : store.giveUp(subscription, why);
      log.info({ subscription, why, deadLetters }, 'given up: what waited is dead letters now');
    } catch (error) {
      log.warn(
        { subscription, cause: messageOf(error) },
        'what waits for a removed subscription could not be given up yet',
      );
      giveUpAfter(RETRY_MS, subscription, why);
    }
  }

  return {
    retire: (subscription, why) => giveUpAfter(drainMs + SLACK_MS, subscription, why),
    takeBack(subscription) {
      cancels.get(subscription)?.();
      cancels.delete(subscription);
    },
    stop() {
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
    },
  };
}
