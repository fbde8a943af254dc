import { messageOf } from '../../settings/ambient/describe-error.ts';
import { formatFaults } from '../../settings/fault.ts';
import type { ConfigSource } from '../config/config-source.ts';
import { followConfig } from '../config/follow-config.ts';
import type { ConfigResult } from '../config/load-config.ts';
import { restartKeys } from '../config/restart-keys.ts';
import type { SubscriptionConfig } from '../config/watcher-config.ts';
import type { ConfigMetrics } from '../metrics/config-metrics.ts';
import type { BookParts } from '../subscriptions/book-parts.ts';
import { createFileDepartures, type DepartureStages } from './file-departures.ts';
import type { Tenancy } from './open-tenancy.ts';
import { renewedSubscriptions } from './renewed-subscriptions.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/** So many names are told of each kind of change. */
const MOST_NAMES = 50;

type Reloading = {
  /** Call before anything is delivered: what the file had lost in an earlier run, and has again, is taken up. */
  start(): void;
  /** Reads the configuration again at once, whether or not it has changed. */
  reload(): void;
  stop(): void;
};

type ReloadingStages = DepartureStages & {
  readonly parts: BookParts<SubscriptionConfig>;
  readonly tenancy: Pick<Tenancy, 'refresh'>;
  readonly metrics: ConfigMetrics;
};

type Good = Extract<ConfigResult, { readonly kind: 'ok' }>;

/** The operator's file is followed while the watcher runs; one with faults changes nothing. */
export function openReloading(deps: WatcherDeps, stages: ReloadingStages): Reloading {
  const { config, configSource, clock, log } = deps;
  const { parts, tenancy, metrics } = stages;
  const departures = createFileDepartures(deps, stages);
  let told: readonly string[] = [];
  let unfollow = () => {};

  function tellRestart(keys: readonly string[]): void {
    const isNew = keys.join() !== told.join();
    told = keys;
    if (isNew && keys.length > 0)
      log.warn({ keys }, 'the configuration has changed where only a restart of the watcher follows it');
  }

  function apply(read: Good): void {
    const { all, added, removed, changed } = renewedSubscriptions(
      parts.of('file'),
      read.config.subscriptions,
    );
    if (log.level !== read.config.log.level) log.level = read.config.log.level;
    departures.arrive(added);
    parts.set('file', all);
    departures.leave(removed);
    if (added.length + removed.length > 0) tenancy.refresh();
    const changes = { added: some(added), removed: some(removed), changed: some(changed) };
    log.info(changes, 'the configuration was read again');
    tellRestart(restartKeys(config, read.config));
    for (const warning of read.warnings) log.warn(warning);
  }

  function take(result: ConfigResult): void {
    metrics.onReload(result.kind === 'ok' ? 'applied' : 'faulty');
    if (result.kind === 'ok') apply(result);
    else
      log.warn(
        { faults: formatFaults(result.faults).split('\n') },
        'the configuration has faults now: the one before stays in effect',
      );
  }

  function reloadFrom(source: ConfigSource): void {
    try {
      take(source.load());
    } catch (error) {
      metrics.onReload('faulty');
      log.error({ cause: messageOf(error) }, 'the configuration could not be read again');
    }
  }

  return {
    start() {
      departures.arrive(parts.of('file').map(({ name }) => name));
      const source = configSource;
      if (source !== undefined)
        unfollow = followConfig({ source, clock, onChange: () => reloadFrom(source) });
    },
    reload() {
      if (configSource !== undefined) reloadFrom(configSource);
    },
    stop() {
      unfollow();
      departures.stop();
    },
  };
}

function some(names: readonly string[]): readonly string[] {
  const hidden = names.length - MOST_NAMES;
  return hidden > 0 ? [...names.slice(0, MOST_NAMES), `… and ${hidden} more`] : names;
}
