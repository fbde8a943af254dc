import { createSender } from './delivery/create-sender.ts';
import type { AttemptReport } from './delivery/delivery-observer.ts';
import { createDispatcher, type Dispatcher } from './delivery/dispatcher.ts';
import { deliveryTarget } from './delivery-target.ts';
import type { DisabledFacts } from './ingest/bridge-event.ts';
import type { Journal } from './journal/open-journal.ts';
import type { Logger } from './log.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/**
 * Starts delivering what the journal holds: what an earlier run left behind goes out before the cluster has answered.
 *
 * @param onDisabled hears of a subscription that its receiver ended.
 */
export async function startDelivery(
  deps: Pick<WatcherDeps, 'config' | 'clock' | 'random' | 'log' | 'observer' | 'version'>,
  journal: Journal,
  onDisabled: (facts: DisabledFacts) => void,
): Promise<Dispatcher> {
  const { config, clock, random, log, observer, version } = deps;
  const targets = config.subscriptions.map(deliveryTarget);
  const subscriptions = await Promise.all(
    targets.map(async (target) => ({ target, sender: await createSender(target, { clock, version }) })),
  );
  const dispatcher = createDispatcher({
    subscriptions,
    store: journal,
    clock,
    random,
    observer: {
      onAttempt(report) {
        logAttempt(log, report);
        observer?.onAttempt?.(report);
      },
    },
    onDisabled(subscription, why, deadLetters) {
      log.error({ subscription, why, deadLetters }, 'the receiver ended its subscription');
      onDisabled({ subscription, why, deadLetters });
    },
    onStoreError(error) {
      const cause = error instanceof Error ? error.message : String(error);
      log.error({ cause }, 'outcomes of deliveries could not be stored; trying again');
    },
  });
  dispatcher.start();
  return dispatcher;
}

function logAttempt(log: Logger, report: AttemptReport): void {
  const { outcome, retryInMs, ...details } = report;
  if (outcome === 'delivered') log.debug(details, 'delivered');
  else if (retryInMs !== null)
    log.warn({ ...details, retryInMs: Math.round(retryInMs) }, 'not delivered; trying again');
  else log.error(details, 'not delivered; kept as a dead letter');
}
