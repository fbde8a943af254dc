import { hostname } from 'node:os';
import type { ContainerHook } from '../../protocol/event/event-type.ts';
import type { SubscriptionConfig } from '../config/watcher-config.ts';
import type { Dispatcher } from '../delivery/queue/dispatcher.ts';
import type { Journal } from '../journal/open-journal.ts';
import type { WatcherMetrics } from '../metrics/watcher-metrics.ts';
import { createSampleSending } from '../status/send-sample.ts';
import { createStatusWriter } from '../status/status-writer.ts';
import type { SubscriptionBook } from '../subscriptions/book.ts';
import type { ObjectStandings } from '../subscriptions/objects/object-standing.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/** What of a subscription that wants only events about the bridge is sampled. */
const SAMPLED: ContainerHook = 'postStart';

type StatusStages = {
  readonly standings: ObjectStandings;
  readonly book: SubscriptionBook<SubscriptionConfig>;
  readonly dispatcher: Pick<Dispatcher, 'attemptOnce' | 'stateOf'>;
  readonly journal: Pick<Journal, 'queues' | 'standing' | 'isDisabled'>;
  readonly metrics: Pick<WatcherMetrics, 'onStatusWrite' | 'onTurnEvent'>;
  readonly leads: () => boolean;
};

/** The stage beside delivering: what became of each object is written back to it. */
export function openStatus(
  deps: Pick<WatcherDeps, 'cluster' | 'clock' | 'random' | 'log'>,
  { standings, book, dispatcher, journal, metrics, leads }: StatusStages,
) {
  const { cluster, clock, random, log } = deps;
  const isSampled = (hook: string): hook is ContainerHook => hook !== 'gap' && hook !== 'disabled';
  const hookOf = (subscription: string): ContainerHook =>
    book
      .all()
      .find(({ name }) => name === subscription)
      ?.filter.hooks?.find(isSampled) ?? SAMPLED;
  return createStatusWriter({
    ...{ cluster, clock, random, log, standings, leads, journal, metrics },
    instance: hostname(),
    isThrottled: (subscription) => dispatcher.stateOf(subscription)?.isThrottled ?? false,
    sendTest: createSampleSending({ dispatcher, clock, random, hookOf }),
  });
}
