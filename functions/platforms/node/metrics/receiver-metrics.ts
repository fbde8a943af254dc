import { Registry } from 'prom-client';
import type { Clock } from '../../../../settings/ambient/clock.ts';
import { describeBuild } from '../../../../settings/metrics/describe-build.ts';
import { createProcessMetrics } from '../../../../settings/metrics/process-metrics.ts';
import { createScrapePage, type ScrapePage } from '../../../../settings/metrics/scrape-page.ts';
import { type ChainReading, createAuditMetrics } from './audit-metrics.ts';
import { createHandlerMetrics } from './handler-metrics.ts';
import { createIntakeMetrics } from './intake-metrics.ts';
import { createStoreMetrics } from './store-metrics.ts';
import type { StoreReadings } from './take-store-readings.ts';

/** What is measured when it is asked for; read at most once a second. */
type ReceiverReadings = { readonly store: StoreReadings; readonly chains: readonly ChainReading[] };

export type ReceiverMetrics = ReturnType<typeof createReceiverMetrics>;

/**
 * The metrics of one receiver, in a registry of its own. docs/operations.md explains each; every label is bounded and none
 * names a Pod, a container or a URL.
 *
 * @param options `checkpointEveryMs` null where there are no checkpoints.
 */
export function createReceiverMetrics(options: {
  readonly version: string;
  readonly checkpointEveryMs: number | null;
  readonly clock: Clock;
}) {
  const { version, checkpointEveryMs, clock } = options;
  const registry = new Registry();
  const { show, onRun } = createHandlerMetrics(registry);
  const audit = createAuditMetrics(registry, checkpointEveryMs);
  const setStore = createStoreMetrics(registry);
  const measureProcess = createProcessMetrics(registry);
  const onCount = createIntakeMetrics(registry);
  describeBuild(registry, 'offhook_receiver_build_info', version);

  async function render({ store, chains }: ReceiverReadings): Promise<string> {
    setStore(store);
    audit.setChains(chains);
    await measureProcess();
    return await registry.metrics();
  }

  return {
    onCount,
    showHandlers: show,
    onRun,
    onRound: audit.onRound,
    onCheckpoint: audit.onCheckpoint,
    /** What Prometheus reads. */
    page: (read: () => Promise<ReceiverReadings>): ScrapePage =>
      createScrapePage({
        contentType: registry.contentType,
        render: async () => render(await read()),
        clock,
      }),
  };
}
