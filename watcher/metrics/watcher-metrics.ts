import { Registry } from 'prom-client';
import type { Clock } from '../../settings/ambient/clock.ts';
import { OTHER } from '../../settings/metrics/bounded-label.ts';
import { describeBuild } from '../../settings/metrics/describe-build.ts';
import { createProcessMetrics } from '../../settings/metrics/process-metrics.ts';
import { createScrapePage, type ScrapePage } from '../../settings/metrics/scrape-page.ts';
import type { SubscriptionBook } from '../subscriptions/book.ts';
import { type ConfigMetrics, createConfigMetrics } from './config-metrics.ts';
import { createDeliveryMetrics, type DeliveryMetrics } from './delivery-metrics.ts';
import { createEventMetrics, type EventMetrics } from './event-metrics.ts';
import { createJournalMetrics, type JournalMetrics } from './journal-metrics.ts';
import { createQueueMetrics } from './queue-metrics.ts';
import type { Readings } from './readings.ts';
import { createStatusMetrics, type StatusMetrics } from './status-metrics.ts';
import { createSubscriptionLabel } from './subscription-label.ts';
import { createWatchMetrics } from './watch-metrics.ts';

/** Counts what happens, and shows it with what is measured on demand. */
export type WatcherMetrics = EventMetrics &
  StatusMetrics &
  ConfigMetrics &
  Pick<DeliveryMetrics, 'onAttempt'> &
  Pick<JournalMetrics, 'onRemoved'> & {
    /** What Prometheus reads. @param read called at most once a second. */
    page(read: () => Readings): ScrapePage;
  };

/**
 * The metrics of one watcher, in a registry of its own. docs/operations.md explains each; every label is bounded and
 * none names a Pod, a container or a URL.
 */
export function createWatcherMetrics(options: {
  readonly version: string;
  /** Those that come get series, and those that go lose them. */
  readonly book: Pick<SubscriptionBook, 'names' | 'onChange'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}): WatcherMetrics {
  const { version, book, clock } = options;
  const registry = new Registry();
  const label = createSubscriptionLabel();
  const delivery = createDeliveryMetrics(registry, label);
  const { onRemoved, set: setJournal } = createJournalMetrics(registry);
  const setters = [createWatchMetrics(registry), createQueueMetrics(registry, label), setJournal];
  const measureProcess = createProcessMetrics(registry);
  describeBuild(registry, 'offhook_build_info', version);

  delivery.show([OTHER]);
  const follow = () => {
    const { added, gone } = label.follow(book.names());
    delivery.hide(gone);
    delivery.show(added);
  };
  follow();
  book.onChange(follow);

  async function render(readings: Readings): Promise<string> {
    for (const set of setters) set(readings);
    await measureProcess();
    return await registry.metrics();
  }

  const events = createEventMetrics(registry);
  return {
    ...createStatusMetrics(registry),
    ...createConfigMetrics(registry),
    onListed: events.onListed,
    onStored(stored) {
      events.onStored(stored);
      for (const { overQuota = [] } of stored) delivery.onGivenUp(overQuota);
    },
    onAttempt: delivery.onAttempt,
    onRemoved,
    page: (read) =>
      createScrapePage({ contentType: registry.contentType, render: () => render(read()), clock }),
  };
}
