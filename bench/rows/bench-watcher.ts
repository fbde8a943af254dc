import { systemClock } from '../../settings/ambient/clock.ts';
import { createWatcherLog } from '../../watcher/ambient/watcher-log.ts';
import { loadConfig } from '../../watcher/config/load-config.ts';
import { startWatcher } from '../../watcher/run/start-watcher.ts';
import { loadCluster } from '../../watcher/source/cluster/cluster-access.ts';
import { SIGNING_SECRET } from './row-context.ts';

export interface BenchWatcher {
  /** Resolves when the first list is stored. */
  listed(): Promise<void>;
  stop(): Promise<void>;
}

/** How often to look whether the list is complete. */
const LOOK_MS = 2;

/** The whole watcher as `offhook watch` starts it, with one subscription. */
export async function startBenchWatcher(options: {
  readonly api: string;
  readonly receiver: string;
  readonly directory: string;
}): Promise<BenchWatcher> {
  const result = loadConfig({
    file: 'bench.yaml',
    env: { SIGNING_SECRET },
    readFile: () => Buffer.from(watcherConfigText(options)),
  });
  if (result.kind === 'invalid') throw new Error(result.faults.map(({ message }) => message).join('\n'));
  const cluster = await loadCluster({ server: options.api });
  const log = createWatcherLog('silent', { write() {} });
  const { config } = result;
  const watcher = await startWatcher({
    config,
    cluster,
    clock: systemClock,
    random: Math.random,
    log,
    version: 'bench',
  });
  return {
    async listed() {
      while (!watcher.readiness().ready) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    },
    async stop() {
      await watcher.stop();
      await cluster.close();
    },
  };
}

/** The configuration of a watcher with one subscription, whose secret is in the environment. */
export function watcherConfigText({
  receiver,
  directory,
}: {
  readonly receiver: string;
  readonly directory: string;
}): string {
  return `cluster: bench
subscriptions:
  - name: bench
    url: ${receiver}
    signingSecretEnv: SIGNING_SECRET
    allowHttp: true
    concurrency: 64
dataDir: ${directory}
listen:
  port: 0
watch:
  kubeletEvents: false
`;
}
