import { onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../../support/journal-directory.ts';
import { startOffhook } from '../../../support/offhook-process.ts';
import { startReceiver } from '../../../support/receiver.ts';
import { healthOf, untilReady, writeWatchConfig } from '../../../support/watch-config.ts';

/** A real watcher that has delivered something, in a process of its own. @returns where `/metrics` is. */
export async function startScrapedWatcher(): Promise<{ readonly url: string; scrape(): Promise<string> }> {
  const cluster = await createLocalCluster();
  onTestFinished(() => cluster.close());
  const receiver = await startReceiver();
  const { file, env } = writeWatchConfig(temporaryDirectory(), { receivers: { bridge: receiver.url } });
  const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
  const url = await healthOf(watcher);
  await untilReady(watcher);
  cluster.applyManifest({
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'app', image: 'web:1' }] },
  });
  await receiver.received(2);
  return { url, scrape: async () => await (await fetch(`${url}/metrics`)).text() };
}
