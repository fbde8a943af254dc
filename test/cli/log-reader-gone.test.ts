import { expect, it } from 'vitest';
import { postStart } from '../functions/support/sample-events.ts';
import { deliver } from '../functions/support/signed-post.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { startOffhook } from '../support/offhook-process.ts';
import { healthOf, writeWatchConfig } from '../support/watch-config.ts';
import { receive, urlOf, writeReceiverConfig } from './support/receive-process.ts';

it('a receiver whose log nobody reads any more goes on', async () => {
  const receiver = receive(writeReceiverConfig());
  const url = await urlOf(receiver);
  receiver.closeStderr();
  expect((await deliver(url, postStart({ key: 'one' }))).status).toBe(202);
  expect((await deliver(url, postStart({ key: 'two' }))).status).toBe(202);
  const health = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
  expect(await health.json()).toMatchObject({ counters: { stored: 2 } });
  receiver.kill('SIGTERM');
  expect((await receiver.ended()).code).toBe(0);
});

it('so does a watcher', async () => {
  const { file, env } = writeWatchConfig(temporaryDirectory(), { receivers: { tap: 'http://127.0.0.1:9/' } });
  const watcher = startOffhook(['watch', '--config', file, '--server', 'http://127.0.0.1:9'], { env });
  const health = await healthOf(watcher);
  watcher.closeStderr();
  for (let asked = 0; asked < 3; asked += 1) {
    // Each of its attempts to reach the cluster is a line of the log.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect((await fetch(`${health}/livez`, { signal: AbortSignal.timeout(5_000) })).status).toBe(200);
  }
  watcher.kill('SIGTERM');
  expect((await watcher.ended()).code).toBe(0);
});
