import { expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { healthOf, untilReady, writeWatchConfig } from '../../support/watch-config.ts';
import type { Kind } from './hostile-clients.ts';
import { underAttack } from './under-attack.ts';

/** A real `offhook watch`; the honest client is the kubelet with its probes. */
it.each<{ kind: Kind; count: number; target: string }>([
  { kind: 'unreadPipelined', count: 3, target: '/metrics' },
  { kind: 'unreadPipelined', count: 200, target: '/livez' },
  { kind: 'unreadAnswers', count: 200, target: '/metrics' },
  { kind: 'slowHeaders', count: 200, target: '/livez' },
  { kind: 'endlessBodiesElsewhere', count: 200, target: '/livez' },
])(
  'the watcher holds, and answers probes, under $count of $kind at $target',
  {
    timeout: 120_000,
  },
  async ({ kind, count, target }) => {
    const cluster = await createLocalCluster();
    onTestFinished(() => cluster.close());
    const { file, env } = writeWatchConfig(temporaryDirectory(), {
      receivers: { none: 'http://127.0.0.1:9/' },
    });
    const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
    await untilReady(watcher);
    const url = await healthOf(watcher);
    const ask = async () => {
      const answer = await fetch(`${url}/readyz`, { headers: { connection: 'close' } });
      expect([answer.status, await answer.text()]).toEqual([200, 'ok\n']);
    };
    // The kubelet asks again, and restarts after three failures in a row. Where other tests keep the machine busy, one
    // probe in a run can be taken for one of the slow; a second would be a fault.
    let cut = 0;
    const probe = () =>
      ask().catch((error: unknown) => {
        cut += 1;
        if (cut > 1 || !(error instanceof TypeError)) throw error;
        return ask();
      });
    const attacked = await underAttack({ pid: watcher.pid, url: url + target }, { kind, count }, probe);
    const { grownMiB, answeredMs, usualMs } = attacked;
    console.log(
      `watcher, ${count} of ${kind}: +${grownMiB.toFixed(0)} MiB, answered in ${answeredMs.toFixed(0)} ms`,
    );
    expect(grownMiB).toBeLessThan(64);
    expect(answeredMs).toBeLessThan(Math.max(1_000, 5 * usualMs));
  },
);
