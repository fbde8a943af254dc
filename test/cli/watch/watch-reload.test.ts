import { renameSync, writeFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { startReceiver } from '../../support/receiver.ts';
import { untilReady, warnings, writeWatchConfig } from '../../support/watch-config.ts';

const podCalled = (name: string) => ({
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
});

it('offhook watch follows its configuration by itself, and on SIGHUP at once; faults keep the one before', {
  timeout: 240_000,
}, async () => {
  const cluster = await createLocalCluster();
  onTestFinished(() => cluster.close());
  const [first, second] = [await startReceiver(), await startReceiver()];
  const directory = temporaryDirectory();
  const rewrite = (receivers: Readonly<Record<string, string>>) =>
    writeWatchConfig(directory, { receivers, extra: 'tenancy: { enabled: false }\n' });
  const { file, env } = rewrite({ first: first.url });
  const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
  await untilReady(watcher);
  cluster.applyManifest(podCalled('one'));
  await first.received(2);

  rewrite({ first: first.url, second: second.url });
  await watcher.says(
    /"added":\["second"\],"removed":\[\],"changed":\[\],"msg":"the configuration was read again"/,
    30_000,
  );
  cluster.applyManifest(podCalled('two'));
  await Promise.all([first.received(4), second.received(2)]);

  writeFileSync(`${file}.new`, 'subscriptions:\n  - nam: first\n');
  renameSync(`${file}.new`, file);
  watcher.kill('SIGHUP');
  await watcher.says(/"faults":.*offhook\.yaml:2:5 subscriptions\[0\]\.nam: unknown key/);
  cluster.applyManifest(podCalled('three'));
  await Promise.all([first.received(6), second.received(4)]);

  rewrite({ second: second.url });
  watcher.kill('SIGHUP');
  await watcher.says(/"added":\[\],"removed":\["first"\]/);
  cluster.applyManifest(podCalled('four'));
  await second.received(6);
  expect(first.requests).toHaveLength(6);
  watcher.kill('SIGTERM');
  expect((await watcher.ended()).code).toBe(0);
  expect(warnings(watcher.stderr()).filter((line) => line.includes('has faults now'))).toHaveLength(1);
});
