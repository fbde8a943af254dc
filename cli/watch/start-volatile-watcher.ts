import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../settings/ambient/clock.ts';
import type { SubscriptionConfig, WatcherConfig } from '../../watcher/config/watcher-config.ts';
import { type RunningWatcher, startWatcher } from '../../watcher/run/start-watcher.ts';
import type { WatcherDeps } from '../../watcher/run/watcher-deps.ts';
import type { ClusterAccess } from '../../watcher/source/cluster/cluster-access.ts';
import type { CommandIo } from '../command/command-io.ts';
import { openLog } from '../terminal/open-log.ts';
import { version } from '../terminal/version.ts';

const RESYNC_INTERVAL_MS = 600_000;
const RETENTION_MS = 3_600_000;
const MAX_BYTES = 1024 ** 3;

/** `release` stops it, and removes its journal. */
type VolatileWatcher = { readonly running: RunningWatcher; release(): Promise<void> };

/**
 * The watcher with one subscription and a journal in a temporary directory, which goes when it ends.
 *
 * @param options `watch`: what of a configuration it follows differently from all of the cluster from now on.
 */
export async function startVolatileWatcher(options: {
  readonly cluster: ClusterAccess;
  readonly subscription: SubscriptionConfig;
  readonly watch?: Partial<WatcherConfig['watch']>;
  /** Subscriptions as objects; left out: they are not followed. */
  readonly tenancy?: WatcherConfig['tenancy'];
  readonly observer: NonNullable<WatcherDeps['observer']>;
  readonly verbose: boolean;
  readonly io: CommandIo;
}): Promise<VolatileWatcher> {
  const { cluster, subscription, watch, tenancy, observer, verbose, io } = options;
  const directory = await mkdtemp(join(tmpdir(), 'offhook-'));
  const log = openLog({ level: verbose ? 'debug' : 'warn', format: 'auto' }, io);
  const config: WatcherConfig = {
    subscriptions: [subscription],
    egress: {},
    journal: { directory, allowVolatile: true, retentionMs: RETENTION_MS, maxBytes: MAX_BYTES },
    watch: { kubeletEvents: true, resyncIntervalMs: RESYNC_INTERVAL_MS, replayExisting: false, ...watch },
    ...(tenancy && { tenancy }),
    listen: { host: '127.0.0.1', port: 0 },
    log: { level: 'warn', format: 'auto' },
  };
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const running = await startWatcher({
      ...{ config, cluster, clock: systemClock, random: Math.random, log, version: version(), observer },
    });
    return {
      running,
      async release() {
        await running.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
