import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { Logger } from '../ambient/log.ts';
import type { AttemptReport, DeliveryObserver } from '../delivery/delivery-observer.ts';
import { createDispatcher, type Dispatcher } from '../delivery/queue/dispatcher.ts';
import { createSender } from '../delivery/send/create-sender.ts';
import type { SubscriptionTarget } from '../delivery/subscription-target.ts';
import { JournalWriteError } from '../journal/database/journal-error.ts';
import type { Journal } from '../journal/open-journal.ts';
import { deliveryTarget } from './delivery-target.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/**
 * Starts delivering what the journal holds: what an earlier run left behind goes out before the cluster has answered.
 *
 * @param onFatal hears that the journal's disk or file failed: nothing can be stored any more.
 */
export async function startDelivery(
  deps: Pick<WatcherDeps, 'config' | 'clock' | 'random' | 'log' | 'observer' | 'version'>,
  journal: Journal,
  metrics: DeliveryObserver,
  onFatal: (error: JournalWriteError) => void,
): Promise<Dispatcher> {
  const { config, clock, random, log, observer, version } = deps;
  const targets = config.subscriptions.map(deliveryTarget);
  for (const target of targets) logProxy(log, target);
  const subscriptions = await Promise.all(
    targets.map(async (target) => ({ target, sender: await createSender(target, { clock, version }) })),
  );
  const dispatcher = createDispatcher({
    store: journal,
    clock,
    random,
    observer: {
      onAttempt(report) {
        logAttempt(log, report);
        metrics.onAttempt(report);
        observer?.onAttempt?.(report);
      },
    },
    // That it is ended is in the journal, from which ingest tells the other subscriptions.
    onDisabled: (subscription, why, deadLetters) =>
      log.error({ subscription, why, deadLetters }, 'the receiver ended its subscription'),
    onStoreError(error) {
      if (error instanceof JournalWriteError && error.fatal) return onFatal(error);
      const cause = messageOf(error);
      log.error({ cause }, 'outcomes of deliveries could not be stored; trying again');
    },
  });
  for (const each of subscriptions) dispatcher.add(each);
  return dispatcher;
}

/** Whoever looks for a delivery needs to know which way it goes. */
function logProxy(log: Logger, target: SubscriptionTarget): void {
  if (target.kind !== 'webhook') return;
  const proxy = target.proxyFor?.(new URL(target.url)) ?? null;
  if (proxy !== null)
    log.info({ subscription: target.name, proxy: proxy.origin }, 'delivers by way of a proxy');
}

function logAttempt(log: Logger, report: AttemptReport): void {
  const { outcome, next, retryInMs, ...details } = report;
  if (next === 'delivered') log.debug(details, 'delivered');
  else if (next === 'retry')
    log.warn({ ...details, retryInMs: Math.round(retryInMs ?? 0) }, 'not delivered; trying again');
  else log.error({ ...details, outcome }, 'not delivered; kept as a dead letter');
}
