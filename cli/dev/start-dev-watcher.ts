import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkerdReceiver } from '../../functions/platforms/cloudflare/local/miniflare.ts';
import { EVENTS_PATH } from '../../protocol/http/receiver-paths.ts';
import { parseSigningSecret } from '../../protocol/signature/signing-secret.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { Secret } from '../../settings/secret.ts';
import type { WatcherConfig } from '../../watcher/config/watcher-config.ts';
import { type RunningWatcher, startWatcher } from '../../watcher/run/start-watcher.ts';
import type { WatcherDeps } from '../../watcher/run/watcher-deps.ts';
import type { ClusterAccess } from '../../watcher/source/cluster/cluster-access.ts';
import type { CommandIo } from '../command/command-io.ts';
import { openLog } from '../terminal/open-log.ts';
import { version } from '../terminal/version.ts';

const RESYNC_INTERVAL_MS = 600_000;
const RETENTION_MS = 3_600_000;
const MAX_BYTES = 1024 ** 3;

type DevWatcher = { readonly running: RunningWatcher; release(): Promise<void> };

/** The watcher with one subscription, the receiver on this machine, and a journal that goes when it ends. */
export async function startDevWatcher(options: {
  readonly cluster: ClusterAccess;
  readonly secret: string;
  readonly receiver: WorkerdReceiver;
  readonly observer: NonNullable<WatcherDeps['observer']>;
  readonly verbose: boolean;
  readonly io: CommandIo;
}): Promise<DevWatcher> {
  const { cluster, secret, receiver, observer, verbose, io } = options;
  const directory = await mkdtemp(join(tmpdir(), 'offhook-dev-'));
  const log = openLog({ level: verbose ? 'debug' : 'warn', format: 'auto' }, io);
  const config = devConfig({ directory, secret, url: `${receiver.url}${EVENTS_PATH}` });
  const deps = {
    config,
    cluster,
    clock: systemClock,
    random: Math.random,
    log,
    version: version(),
    observer,
  };
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const running = await startWatcher(deps);
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

function devConfig({
  directory,
  secret,
  url,
}: {
  directory: string;
  secret: string;
  url: string;
}): WatcherConfig {
  return {
    subscriptions: [
      {
        name: 'workerd',
        filter: {},
        target: {
          kind: 'webhook',
          url,
          secret: new Secret(parseSigningSecret(secret)),
          previousSecrets: [],
          allowHttp: true,
        },
        ordering: 'none',
        concurrency: 16,
        timeoutMs: 15_000,
        dropExpired: false,
      },
    ],
    journal: { directory, allowVolatile: true, retentionMs: RETENTION_MS, maxBytes: MAX_BYTES },
    watch: { kubeletEvents: true, resyncIntervalMs: RESYNC_INTERVAL_MS, replayExisting: false },
    listen: { host: '127.0.0.1', port: 0 },
    log: { level: 'warn', format: 'auto' },
  };
}
