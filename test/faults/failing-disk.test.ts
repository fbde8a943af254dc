import { describe, expect, it } from 'vitest';
import type { ReceivedRequest } from '../support/receiver.ts';
import { healthOf } from '../support/watch-config.ts';
import { eventually } from './support/eventually.ts';
import { canTrace, disturbSyncs } from './support/system-calls.ts';
import { createWatchedCluster, ids, podManifest, told } from './support/watched-cluster.ts';

const STALL_MS = 4_000;
/** Events that are committed together and synced by another thread, at least. */
const SYNCED_ASIDE = 64;

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

  it('whose sync of many events at once fails ends the watcher: none of them is sent, a new process sends all', async () => {
    const { watcher, tap, cause, expected, start } = await createBusyCluster('error=EIO');
    await cause();
    const { code, stderr } = await watcher.ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(/offhook watch: cannot write the journal .*EIO.*The disk failed/);
    expect(new Set(ids(tap.requests)).size).toBeLessThanOrEqual(expected.length - SYNCED_ASIDE);

    start();
    await eventually('all events', () => new Set(ids(tap.requests)).size === expected.length);
    expect(toldOnce(tap.requests)).toEqual(expected);
  });

  it('that takes seconds to sync many events at once does not hold the watcher up, and none of them is sent before', async () => {
    const { watcher, tap, cause, expected } = await createBusyCluster(`delay_enter=${STALL_MS}ms:when=1`);
    const arrivals: number[] = [];
    tap.answer((response) => {
      arrivals.push(performance.now());
      response.writeHead(202).end();
    });
    const since = await cause();
    expect((await fetch(`${await healthOf(watcher)}/livez`)).status).toBe(200);
    expect(performance.now() - since).toBeLessThan(STALL_MS);
    await eventually('all events', () => tap.requests.length === expected.length);
    expect(toldOnce(tap.requests)).toEqual(expected);
    expect(arrivals.filter((at) => at - since > STALL_MS).length).toBeGreaterThanOrEqual(SYNCED_ASIDE);
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

/** A watcher that finds the events of a hundred Pods all at once, on a disk that answers only the syncs of other threads so. */
async function createBusyCluster(how: string) {
  const { cluster, tap, start, startReady } = await createWatchedCluster();
  const watcher = await startReady();
  const names = Array.from({ length: 100 }, (_, index) => `pod-${index}`);
  const isRunning = (name: string) => cluster.getPod('default', name).status?.phase === 'Running';
  return {
    ...{ watcher, tap, start },
    expected: names.flatMap((name) => [`preStart ${name}`, `postStart ${name}`]).toSorted(),
    /** Returns when they can be found. */
    async cause() {
      // SQLite itself calls fsync.
      await disturbSyncs(watcher.pid, how, 'fdatasync');
      watcher.kill('SIGSTOP');
      for (const name of names) cluster.applyManifest(podManifest(name));
      await eventually('the Pods run', () => names.every(isRunning));
      watcher.kill('SIGCONT');
      return performance.now();
    },
  };
}

/** What was told, each event once, sorted. */
function toldOnce(requests: readonly ReceivedRequest[]): readonly string[] {
  return told([...new Map(requests.map((request) => [ids([request])[0], request])).values()]).toSorted();
}
