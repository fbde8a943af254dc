import { closeOnce } from '../../settings/ambient/close-once.ts';
import type { SubscriptionConfig } from '../config/watcher-config.ts';
import { DEFAULT_SHARES, type ShareLimits } from '../delivery/share/delivery-shares.ts';
import type { Readiness } from '../health/health-server.ts';
import { openJournal } from '../journal/open-journal.ts';
import type { TenantLimits } from '../journal/records/waiting-quota.ts';
import { createWatcherMetrics } from '../metrics/watcher-metrics.ts';
import { createBook, type OpenBook } from '../subscriptions/book.ts';
import { createBookParts } from '../subscriptions/book-parts.ts';
import type { ObjectStandings } from '../subscriptions/objects/object-standing.ts';
import { announceStored } from './announce-stored.ts';
import { createDeliveryObservers } from './delivery-observers.ts';
import { openFollowing } from './follow-cluster.ts';
import { startHousekeeping } from './housekeeping.ts';
import { openDelivery } from './open-delivery.ts';
import { openReloading } from './open-reloading.ts';
import { openReplica } from './open-replica.ts';
import { openStatus } from './open-status.ts';
import { openTenancy } from './open-tenancy.ts';
import { serveHealth } from './serve-health.ts';
import type { WatcherDeps } from './watcher-deps.ts';

export type RunningWatcher = {
  /** Where `/livez`, `/readyz` and `/metrics` are. */
  readonly healthUrl: string;
  /** What `/readyz` says. */
  readiness(): Readiness;
  /** Those of the configuration at first; what is written here is followed at once. */
  readonly subscriptions: OpenBook<SubscriptionConfig>;
  /** Subscriptions as objects of the cluster, and what became of each. */
  readonly objects: ObjectStandings;
  /** Resolves when the watcher was stopped; rejects when it cannot go on (the journal's disk failed). */
  readonly ended: Promise<void>;
  /** Reads the configuration again at once; it is read by itself when it changes. */
  reload(): void;
  /** Stops reading, gives deliveries in flight up to ten seconds, keeps the rest for the next start. Idempotent. */
  stop(): Promise<void>;
};

/**
 * Puts the watcher together: first every stage is opened, from what those before it gave (journal → replica → delivery →
 * following), then they begin. They are released in reverse: reading ends first, and the journal is closed last.
 *
 * A cluster that does not answer, a missing permission, a receiver that is down or a full disk are waited out and
 * shown by the log and `/readyz`.
 *
 * @throws JournalError when the journal's directory cannot be used; Error when the health port cannot be bound.
 */
export async function startWatcher(deps: WatcherDeps): Promise<RunningWatcher> {
  const { config, clock, log, observer, version } = deps;
  const ended = Promise.withResolvers<void>();
  // Heard only by whoever awaits `ended`.
  ended.promise.catch(() => {});
  const fail = ended.reject;
  const releases = new AsyncDisposableStack();
  try {
    const book = createBook(config.subscriptions);
    const metrics = createWatcherMetrics({ version, book, clock });
    const opened = releases.adopt(
      openJournal({ ...config.journal, ...limitsOf(config), clock, log }),
      ({ close }) => close(),
    );
    const replica = openReplica(deps, opened, book);
    const { journal, queue, leads } = replica;
    const parts = createBookParts(book);
    const tenancy = openTenancy(deps, { parts, journal, leads, fail });
    const observers = createDeliveryObservers(observer);
    observers.add({ onAttempt: tenancy.onAttempt });
    const delivery = openDelivery({
      ...deps,
      observer: observers.all,
      queue,
      book,
      metrics,
      ...sharesOf(config),
      fail,
    });
    const { dispatcher } = delivery;
    const { standings } = tenancy;
    const status = openStatus(deps, { standings, book, dispatcher, journal, metrics, leads });
    observers.add(status.observer);
    const reloading = openReloading(deps, { parts, tenancy, metrics, journal, dispatcher, leads });
    const announce = announceStored({ replica, dispatcher, metrics, observer });
    const following = openFollowing(deps, { replica, tenancy, book, metrics, announce, fail });

    const health = await serveHealth(deps, { book, metrics, replica, following });
    releases.defer(() => health.close());
    releases.defer(async () => {
      const delivered = delivery.stop();
      await replica.stop(delivered);
      await delivered;
      log.info('drained: what was under way has ended, and what waits stays in the journal');
    });
    reloading.start();
    releases.defer(() => reloading.stop());
    await delivery.start();
    replica.start(() => dispatcher.refresh({ enabled: [], hurried: [] }));
    releases.defer(startHousekeeping(deps, { journal, dispatcher, following, metrics, fail }));
    releases.defer(() => tenancy.stop());
    releases.defer(() => status.stop());
    status.start();
    releases.defer(() => following.stop());
    following.start();
    return {
      healthUrl: health.url,
      readiness: health.readiness,
      subscriptions: book,
      objects: standings,
      ended: ended.promise,
      reload: () => reloading.reload(),
      stop: closeOnce(async () => {
        await releases.disposeAsync();
        ended.resolve();
      }),
    };
  } catch (error) {
    await releases.disposeAsync();
    throw error;
  }
}

/** What may wait of each tenant. */
function limitsOf({ tenancy }: WatcherDeps['config']): { readonly tenantLimits?: TenantLimits } {
  return tenancy === undefined ? {} : { tenantLimits: tenancy.quota };
}

/** Where nothing is said of tenants, there are none. */
function sharesOf({ tenancy }: WatcherDeps['config']): { readonly shares?: ShareLimits } {
  return tenancy === undefined ? {} : { shares: { ...DEFAULT_SHARES, tenant: tenancy.quota } };
}
