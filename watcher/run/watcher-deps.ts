import type { Clock } from '../../settings/ambient/clock.ts';
import type { Logger } from '../ambient/watcher-log.ts';
import type { ConfigSource } from '../config/config-source.ts';
import type { WatcherConfig } from '../config/watcher-config.ts';
import type { DeliveryObserver } from '../delivery/delivery-observer.ts';
import type { JournalledEvent } from '../ingest/lifecycle-journal.ts';
import type { ClusterAccess } from '../source/cluster/cluster-access.ts';

/** What a watcher is put together from: everything it would otherwise take from its surroundings. */
export type WatcherDeps = {
  readonly config: WatcherConfig;
  /** What {@link config} was read from, and is followed for changes; left out: it stays as it is. */
  readonly configSource?: ConfigSource;
  readonly cluster: ClusterAccess;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly version: string;
  /** Looks on as events are journalled and delivered; must not throw. */
  readonly observer?: Partial<DeliveryObserver> & { onStored?(events: readonly JournalledEvent[]): void };
};
