import { describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { canTrace, disturbSyncs } from './support/system-calls.ts';
import { createWatchedCluster, ids, podManifest, told } from './support/watched-cluster.ts';

const STALL_MS = 4_000;

// The disk's answer to fsync is replaced by strace, which has to be installed and allowed to trace (Linux, ptrace).
describe.skipIf(!canTrace())('a disk', { timeout: 180_000 }, () => {
  it('whose fsync fails ends the watcher: nothing it could not store is sent, a new process sends all of it', async () => {
    const { cluster, tap, start, startReady } = await createWatchedCluster();
    const watcher = await startReady();
    cluster.applyManifest(podManifest('before'));
    await eventually('both events', () => tap.requests.length === 2);
    await watcher.says(/"msg":"delivered"[\s\S]*"msg":"delivered"/);
    await disturbSyncs(watcher.pid, 'error=EIO');
    cluster.applyManifest(podManifest('after'));
    const { code, stderr } = await watcher.ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(/offhook watch: cannot write the journal .*disk I\/O error/);
    expect(told(tap.requests)).toEqual(['preStart before', 'postStart before']);

    start();
    await eventually('the events of the second Pod', () => told(tap.requests).includes('postStart after'));
    const unique = new Map(tap.requests.map((request) => [ids([request])[0], request]));
    expect(told([...unique.values()])).toEqual([
      ...['preStart before', 'postStart before', 'preStart after', 'postStart after'],
    ]);
  });

  it('that stalls for seconds, while the API server gives the watch up, loses nothing and declares no gap', async () => {
    const { cluster, tap, startReady } = await createWatchedCluster();
    const watcher = await startReady();
    const resume = await disturbSyncs(watcher.pid, `delay_enter=${STALL_MS}ms:when=1`);
    const stalledAt = performance.now();
    const names = ['a', 'b', 'c'];
    for (const name of names) cluster.applyManifest(podManifest(name));
    const running = (name: string) => cluster.getPod('default', name).status?.phase === 'Running';
    await eventually('the Pods run', () => names.every(running));
    cluster.api.dropWatches();
    for (const name of names) cluster.deletePod('default', name, { gracePeriodSeconds: 1 });

    await tap.received(1);
    expect(performance.now() - stalledAt).toBeGreaterThan(STALL_MS);
    const hooks = ['preStart', 'postStart', 'preStop', 'postStop'];
    const expected = names.flatMap((name) => hooks.map((hook) => `${hook} ${name}`));
    await eventually('all events', () => tap.requests.length >= expected.length);
    expect(told(tap.requests).toSorted()).toEqual(expected.toSorted());
    await resume();
  });
});
