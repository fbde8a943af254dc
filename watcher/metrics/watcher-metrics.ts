import { Gauge, Registry } from 'prom-client';
import type { Clock } from '../../settings/ambient/clock.ts';
import { createDeliveryMetrics } from './delivery-metrics.ts';
import { createEventMetrics, type EventMetrics } from './event-metrics.ts';
import { createJournalMetrics, type JournalMetrics } from './journal-metrics.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { createQueueMetrics } from './queue-metrics.ts';
import type { Readings } from './readings.ts';
import { createScrapePage, type ScrapePage } from './scrape-page.ts';
import { createSubscriptionLabel } from './subscription-label.ts';
import { createWatchMetrics } from './watch-metrics.ts';

/** Counts what happens, and shows it with what is measured on demand. */
export type WatcherMetrics = EventMetrics &
  ReturnType<typeof createDeliveryMetrics> &
  Pick<JournalMetrics, 'onRemoved'> & { readonly page: ScrapePage };

/**
 * The metrics of one watcher, in a registry of its own. docs/operations.md explains each; every label is bounded and
 * none names a Pod, a container or a URL.
 */
export function createWatcherMetrics(options: {
  readonly version: string;
  /** Names of the configured subscriptions. */
  readonly subscriptions: readonly string[];
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Called at most once a second. */
  readonly read: () => Readings;
}): WatcherMetrics {
  const { version, subscriptions, clock, read } = options;
  const registry = new Registry();
  const label = createSubscriptionLabel(subscriptions);
  const { onRemoved, set: setJournal } = createJournalMetrics(registry);
  const setters = [createWatchMetrics(registry), createQueueMetrics(registry, label), setJournal];
  const measureProcess = createProcessMetrics(registry);
  describeBuild(registry, version);

  async function render(): Promise<string> {
    const readings = read();
    for (const set of setters) set(readings);
    await measureProcess();
    return await registry.metrics();
  }

  return {
    ...createEventMetrics(registry),
    ...createDeliveryMetrics(registry, label),
    onRemoved,
    page: createScrapePage({ contentType: registry.contentType, render, clock }),
  };
}

function describeBuild(registry: Registry, version: string): void {
  const labels = { version, node: process.versions.node };
  const build = new Gauge({
    name: 'offhook_build_info',
    help: 'Always 1; the labels say what runs',
    labelNames: Object.keys(labels),
    registers: [registry],
  });
  build.set(labels, 1);
}
