import { expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { startHttpProxy } from '../../support/http-proxy.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook, startOffhook } from '../../support/offhook-process.ts';
import { startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { untilReady, writeWatchConfig } from '../../support/watch-config.ts';

const POD = {
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
};

it('offhook watch delivers by way of HTTP_PROXY to a receiver whose name only the proxy knows', async () => {
  const cluster = await createLocalCluster();
  onTestFinished(() => cluster.close());
  const receiver = await startReceiver();
  const hosts = { 'receiver.test': new URL(receiver.url).host };
  const proxy = await startHttpProxy({ user: 'offhook', password: 'hunter2', hosts });
  const directory = temporaryDirectory();
  const { file, env } = writeWatchConfig(directory, { receivers: { far: 'http://receiver.test/hook' } });
  const environment = { ...env, HTTP_PROXY: proxy.urlWithCredentials, NO_PROXY: '.svc,10.0.0.0/8' };
  const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env: environment });
  await untilReady(watcher);
  proxy.manner(407);
  cluster.applyManifest(POD);
  await watcher.says(/"reason":"proxy 407"/);
  proxy.manner('serve');
  await until('the events', () => receiver.requests.length >= 2);
  expect(new Set(proxy.asked)).toEqual(new Set(['POST http://receiver.test/hook']));
  await watcher.says(new RegExp(`"subscription":"far","proxy":"${proxy.url}"`));
  watcher.kill('SIGTERM');
  const { stderr, stdout } = await watcher.ended();
  const shown = await runOffhook(['journal', 'list', '--config', file, '--json'], { env: environment });
  const check = await runOffhook(['watch', '--config', file, '--check'], { env: environment });
  expect([shown.code, check.code, check.stdout]).toEqual([0, 0, 'The configuration is good.\n']);
  const everything = [stderr, stdout, shown.stdout, shown.stderr, check.stdout, check.stderr].join('\n');
  expect(everything).not.toMatch(/hunter2|b2ZmaG9vazpo/);
});
