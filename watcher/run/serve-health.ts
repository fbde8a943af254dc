import type { Logger } from '../ambient/watcher-log.ts';
import type { WatcherConfig } from '../config/watcher-config.ts';
import { type HealthServer, type Readiness, startHealthServer } from '../health/health-server.ts';
import { takeReadings } from '../metrics/take-readings.ts';
import type { WatcherMetrics } from '../metrics/watcher-metrics.ts';
import { streamOf } from '../source/sink/stream-name.ts';
import { scopesOf } from '../source/source.ts';
import type { SubscriptionBook } from '../subscriptions/book.ts';
import type { Following } from './follow-cluster.ts';
import type { Replica } from './open-replica.ts';
import { readinessOf } from './readiness.ts';

/** The stages that say how they are. */
type Stages = {
  readonly book: Pick<SubscriptionBook, 'names'>;
  readonly metrics: Pick<WatcherMetrics, 'page'>;
  readonly replica: Pick<Replica, 'journal' | 'troubles' | 'leads'>;
  readonly following: Pick<Following, 'state' | 'setAside'>;
};

type Health = HealthServer & { readiness(): Readiness };

/**
 * Shows how the stages are, from before anything begins.
 *
 * @throws Error when the address cannot be bound, saying which.
 */
export async function serveHealth(
  { config, log }: { readonly config: Pick<WatcherConfig, 'listen' | 'watch'>; readonly log: Logger },
  { book, metrics, replica, following }: Stages,
): Promise<Health> {
  const { journal } = replica;
  const readiness = () => {
    const state = following.state();
    return readinessOf({
      pods: state.kind === 'awaiting' ? null : state.sources.pods.status(),
      unanswered: state.kind === 'awaiting' ? state.error : null,
      unlisted: scopesOf(config.watch).filter(
        (namespace) =>
          state.kind === 'awaiting' || state.ingest.resumePoint(streamOf('pods', namespace)) === null,
      ),
      journal,
      standby: replica.troubles(),
      setAside: following.setAside(),
    });
  };
  const page = metrics.page(() => {
    const state = following.state();
    return takeReadings({
      journal,
      book,
      sources: state.kind === 'awaiting' ? null : state.sources,
      setAside: following.setAside(),
      ready: readiness().ready,
      leading: replica.leads(),
    });
  });
  const server = await startHealthServer({ ...config.listen, readiness, metrics: page, log });
  return { ...server, readiness };
}
