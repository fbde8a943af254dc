import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { parseSigningSecret } from '../../../protocol/signature/signing-secret.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { Secret } from '../../../settings/secret.ts';
import { createWatcherLog } from '../../../watcher/ambient/watcher-log.ts';
import type { SubscriptionConfig } from '../../../watcher/config/watcher-config.ts';
import type { WatcherDeps } from '../../../watcher/run/watcher-deps.ts';
import { loadCluster } from '../../../watcher/source/cluster/cluster-access.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { SECRET } from '../../support/watch-config.ts';

/** A subscription to the starts of containers. */
export function subscription(
  name: string,
  url: string,
  fields: Partial<SubscriptionConfig> = {},
): SubscriptionConfig {
  const secret = new Secret(parseSigningSecret(SECRET));
  return {
    name,
    filter: { hooks: ['postStart'] },
    target: { kind: 'webhook', url, secret, previousSecrets: [], allowHttp: true },
    ordering: 'none',
    concurrency: 4,
    timeoutMs: 15_000,
    dropExpired: false,
    ...fields,
  };
}

/** What a whole watcher needs, with a cluster of its own. Closed after the test, which stops the watcher before. */
export async function watcherDeps(subscriptions: readonly SubscriptionConfig[], port = 0) {
  const local = await createLocalCluster();
  const cluster = await loadCluster({ server: local.url });
  onTestFinished(async () => {
    await cluster.close();
    await local.close();
  });
  const deps: WatcherDeps = {
    config: {
      subscriptions,
      egress: {},
      journal: {
        directory: join(volatileDirectory(), 'journal'),
        ...{ allowVolatile: true, retentionMs: 3_600_000, maxBytes: 1024 ** 3 },
      },
      watch: { kubeletEvents: false, resyncIntervalMs: 600_000, replayExisting: false },
      listen: { host: '127.0.0.1', port },
      log: { level: 'silent', format: 'json' },
    },
    cluster,
    clock: systemClock,
    random: Math.random,
    log: createWatcherLog('silent', { write() {} }),
    version: '1.2.3',
  };
  return {
    deps,
    local,
    runPods(...names: readonly string[]) {
      for (const name of names)
        local.applyManifest({
          kind: 'Pod',
          metadata: { name },
          spec: { containers: [{ name: 'app', image: 'web:1' }] },
        });
    },
  };
}
