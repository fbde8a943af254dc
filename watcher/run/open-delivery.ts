import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { SubscriptionConfig } from '../config/watcher-config.ts';
import type { DeliveryStore } from '../delivery/delivery-store.ts';
import { createDispatcher, type Dispatcher } from '../delivery/queue/dispatcher.ts';
import { createSender } from '../delivery/send/create-sender.ts';
import type { ShareLimits } from '../delivery/share/delivery-shares.ts';
import { JournalWriteError } from '../journal/database/journal-error.ts';
import type { WatcherMetrics } from '../metrics/watcher-metrics.ts';
import type { BookChange, SubscriptionBook } from '../subscriptions/book.ts';
import { deliveryTarget } from './delivery-target.ts';
import { logAttempt, logProxy, logTurn } from './log-delivery.ts';
import { isSameDelivery } from './same-delivery.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/** What is in flight when a subscription goes, or the watcher stops, has so long to end. */
export const DRAIN_MS = 10_000;

type Delivery = {
  readonly dispatcher: Dispatcher;
  /**
   * Delivers what the journal holds for the subscriptions of the book, and follows the book from now on. What an earlier
   * run left behind goes out before the cluster has answered.
   */
  start(): Promise<void>;
  /** Gives deliveries in flight up to ten seconds; the rest stays in the journal. */
  stop(): Promise<void>;
};

type DeliveryStageDeps = Pick<WatcherDeps, 'clock' | 'random' | 'log' | 'observer' | 'version'> & {
  readonly queue: DeliveryStore;
  readonly book: SubscriptionBook<SubscriptionConfig>;
  readonly metrics: Pick<WatcherMetrics, 'onAttempt'>;
  /** How deliveries in flight are divided; left out: as the dispatcher does it. */
  readonly shares?: ShareLimits;
  /** The journal's disk or file failed: nothing can be stored any more. */
  readonly fail: (error: JournalWriteError) => void;
};

/** The third stage: what is stored goes out. */
export function openDelivery(deps: DeliveryStageDeps): Delivery {
  const { book, log, clock, version, shares } = deps;
  const dispatcher = createDispatcher({ ...dispatching(deps), store: deps.queue, ...(shares && { shares }) });
  /** By name, the latest sender that is being made: who was removed or replaced meanwhile is not delivered any more. */
  const latest = new Map<string, symbol>();
  let unfollow = () => {};

  async function prepare(subscription: SubscriptionConfig): Promise<() => void> {
    const { name } = subscription;
    const mine = Symbol(name);
    latest.set(name, mine);
    const target = deliveryTarget(subscription);
    logProxy(log, target);
    const sender = await createSender(target, { clock, version });
    return () => {
      if (latest.get(name) === mine) dispatcher.add({ target, sender });
      else void sender.close();
    };
  }

  function follow(change: BookChange<SubscriptionConfig>): void {
    const { removed, added } = withoutKept(change);
    for (const { name } of removed) {
      latest.delete(name);
      const failed = (error: unknown) =>
        log.warn({ subscription: name, cause: messageOf(error) }, 'connections could not be closed');
      dispatcher.remove(name, { drainMs: DRAIN_MS }).catch(failed);
    }
    for (const each of added) {
      const failed = (error: unknown) =>
        log.error({ subscription: each.name, cause: messageOf(error) }, 'it cannot be delivered');
      prepare(each)
        .then((begin) => begin())
        .catch(failed);
    }
  }

  return {
    dispatcher,
    async start() {
      unfollow = book.onChange(follow);
      for (const begin of await Promise.all(book.all().map(prepare))) begin();
    },
    stop() {
      unfollow();
      latest.clear();
      return dispatcher.stop({ drainMs: DRAIN_MS });
    },
  };
}

/** Those that go on as they are, because they differ in nothing but their filter, are in neither. */
function withoutKept({ removed, added }: BookChange<SubscriptionConfig>): BookChange<SubscriptionConfig> {
  const before = new Map(removed.map((each) => [each.name, each]));
  const kept = new Set<string>();
  for (const after of added) {
    const was = before.get(after.name);
    if (was && isSameDelivery(deliveryTarget(was), deliveryTarget(after))) kept.add(after.name);
  }
  const isOther = ({ name }: SubscriptionConfig) => !kept.has(name);
  return { removed: removed.filter(isOther), added: added.filter(isOther) };
}

/** How the dispatcher tells what becomes of deliveries. */
function dispatching({ queue, clock, random, log, observer, metrics, shares, fail }: DeliveryStageDeps) {
  /** A number for people: that it cannot be read is told where it matters. */
  function waitingFor(subscription: string): number | null {
    try {
      return queue.waiting(subscription);
    } catch {
      return null;
    }
  }

  return {
    clock,
    random,
    ...(shares && { shares }),
    observer: {
      onAttempt(report, event) {
        logAttempt(log, report);
        metrics.onAttempt(report);
        observer?.onAttempt?.(report, event);
      },
      onTurn(turn) {
        logTurn(log, turn, waitingFor(turn.subscription));
        observer?.onTurn?.(turn);
      },
    },
    // That it is ended is in the journal, from which ingest tells the other subscriptions.
    onDisabled: (subscription, why, deadLetters) =>
      log.error({ subscription, why, deadLetters }, 'the receiver ended its subscription'),
    onStoreError(error) {
      if (error instanceof JournalWriteError && error.fatal) return fail(error);
      log.error({ cause: messageOf(error) }, 'outcomes of deliveries could not be stored; trying again');
    },
  } satisfies Omit<Parameters<typeof createDispatcher>[0], 'store'>;
}
