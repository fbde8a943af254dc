import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLocalCluster, type LocalCluster } from '../../../infra/local/cluster.ts';
import { isTerminal, type Pod } from '../../../infra/local/objects/pod.ts';
import { startNeighbours } from '../../../infra/local/scenes/neighbours.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const MINUTE_MS = 60_000;

let cluster: LocalCluster;
let clock: ReturnType<typeof createFakeClock>;
let neighbours: ReturnType<typeof startNeighbours>;
/** Pods that exist, by name. */
let living: Map<string, Pod>;
let mostAtOnce: number;
let created: Pod[];
const failures: unknown[] = [];

beforeEach(async () => {
  clock = createFakeClock();
  cluster = await createLocalCluster({ clock, jitter: () => 0 });
  living = new Map();
  created = [];
  mostAtOnce = 0;
  failures.length = 0;
  cluster.api.onChange('pods', ({ type, object }) => {
    const pod = object as Pod;
    if (type === 'ADDED') created.push(pod);
    if (type === 'DELETED') living.delete(pod.metadata.name);
    else living.set(pod.metadata.name, pod);
    mostAtOnce = Math.max(mostAtOnce, living.size);
  });
  neighbours = startNeighbours(cluster, {
    clock,
    onFailure: (scene, error) => failures.push([scene, error]),
  });
});

afterEach(async () => {
  neighbours.close();
  await cluster.close();
  expect(failures).toEqual([]);
});

describe('the crash loop', () => {
  it('ends with 1 again and again, at the back-off of the kubelet', async () => {
    await clock.advanceTo(10 * MINUTE_MS);
    const [billing] = podsOf('billing');
    const [status] = billing?.status.containerStatuses ?? [];
    // 3 s of running and a back-off of 10, 20, 40, 80, 160 and 300 s in between.
    expect(status?.restartCount).toBe(6);
    expect(status?.lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    expect(ownerOf(billing)).toMatchObject({ kind: 'ReplicaSet', controller: true });
  });

  it('goes on in another Pod when somebody deletes it', async () => {
    await clock.advanceTo(MINUTE_MS);
    const [before] = podsOf('billing');
    cluster.deletePod('shop', before?.metadata.name ?? '');
    await clock.advanceTo(2 * MINUTE_MS);
    const [after] = podsOf('billing');
    expect(after?.metadata.name).not.toBe(before?.metadata.name);
    expect(ownerOf(after)).toEqual(ownerOf(before));
  });
});

describe('the job', () => {
  it('runs to its end once a minute, every second time after an init container', async () => {
    await clock.advanceTo(4 * MINUTE_MS + 30_000);
    const jobs = created.filter(({ metadata }) => metadata.labels?.app === 'report');
    expect(jobs.map(({ spec }) => spec.initContainers?.length ?? 0)).toEqual([0, 1, 0, 1, 0]);
    expect(new Set(jobs.map((pod) => ownerOf(pod)?.uid)).size).toBe(5);
    for (const pod of jobs) expect(ownerOf(pod)?.kind).toBe('Job');
    for (const pod of podsOf('report')) expect(pod.status.phase).toBe('Succeeded');
  });

  it('leaves its last three Pods', async () => {
    await clock.advanceTo(20 * MINUTE_MS + 30_000);
    expect(podsOf('report').filter(isTerminal)).toHaveLength(3);
  });
});

describe('the rollout', () => {
  it('replaces three Pods one by one, a minute apart, and there are always three that are ready', async () => {
    await clock.advanceTo(30_000);
    const first = podsOf('web');
    expect(first).toHaveLength(3);
    for (let atMs = 30_000; atMs < 2 * MINUTE_MS; atMs += 500) {
      await clock.advanceTo(atMs);
      expect(podsOf('web').filter(isReady).length).toBeGreaterThanOrEqual(3);
    }
    const second = podsOf('web');
    expect(second).toHaveLength(3);
    expect(new Set(second.map((pod) => ownerOf(pod)?.uid)).size).toBe(1);
    expect(ownerOf(second[0])?.uid).not.toBe(ownerOf(first[0])?.uid);
    expect(second.map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(3).fill('shop/web:1.2.0'));
  });

  it('goes on when somebody deletes Pods in the middle of it', async () => {
    await clock.advanceTo(MINUTE_MS + 200);
    for (const { metadata } of podsOf('web')) cluster.deletePod('shop', metadata.name);
    await clock.advanceTo(4 * MINUTE_MS);
    expect(podsOf('web').filter(isReady)).toHaveLength(3);
  });
});

describe('all of them', () => {
  it('are ten Pods at most, however long they live', async () => {
    await clock.advanceTo(60 * MINUTE_MS);
    expect(created.length).toBeGreaterThan(200);
    expect(mostAtOnce).toBeLessThanOrEqual(10);
  });

  it('stop at once when they are closed', async () => {
    await clock.advanceTo(10_000);
    neighbours.close();
    const before = created.length;
    await clock.advanceTo(10 * MINUTE_MS);
    expect(created).toHaveLength(before);
  });
});

function podsOf(app: string): Pod[] {
  return [...living.values()].filter(({ metadata }) => metadata.labels?.app === app);
}

type Owner = { readonly kind: string; readonly uid: string; readonly controller: boolean };

function ownerOf(pod: Pod | undefined): Owner | undefined {
  return (pod?.metadata.ownerReferences as Owner[] | undefined)?.[0];
}

function isReady({ metadata, status }: Pod): boolean {
  const ready = status.conditions?.some(
    (condition) => condition.type === 'Ready' && condition.status === 'True',
  );
  return ready === true && metadata.deletionTimestamp === undefined;
}
