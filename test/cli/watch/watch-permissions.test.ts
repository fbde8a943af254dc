import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { startReceiver } from '../../support/receiver.ts';
import { healthOf, untilReady, warnings, writeWatchConfig } from '../../support/watch-config.ts';

const POD = {
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
};

describe('offhook watch goes on', () => {
  it('when a permission is missing, naming verb and resource, and follows once it is granted', {
    timeout: 180_000,
  }, async () => {
    const cluster = await createLocalCluster({
      forbid: [
        { verb: 'list', resource: 'pods' },
        { verb: 'watch', resource: 'pods' },
      ],
    });
    onTestFinished(() => cluster.close());
    const { file, env } = writeWatchConfig(temporaryDirectory(), {
      receivers: { tap: 'http://127.0.0.1:9/' },
    });
    const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
    await watcher.says(/not allowed to \w+ pods; check with: kubectl auth can-i/);
    const health = await healthOf(watcher);
    expect((await fetch(`${health}/readyz`)).status).toBe(503);
    cluster.api.setAccess({});
    await watcher.says(/following pods again/, 60_000);
    await untilReady(watcher);
  });

  it('without kubelet Events when only those are forbidden, with one warning', async () => {
    const cluster = await createLocalCluster({
      forbid: [
        { verb: 'list', resource: 'events' },
        { verb: 'watch', resource: 'events' },
      ],
    });
    onTestFinished(() => cluster.close());
    const tap = await startReceiver();
    const { file, env } = writeWatchConfig(temporaryDirectory(), { receivers: { tap: tap.url } });
    const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
    await untilReady(watcher);
    await watcher.says(/not allowed to \w+ events/);
    cluster.applyManifest(POD);
    await tap.received(2);
    expect(warnings(watcher.stderr()).filter((line) => line.includes('"resource":"events"'))).toHaveLength(1);
  });
});
