import { expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../infra/local/cluster.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { startReceiver } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import { untilReady } from '../support/watch-config.ts';
import { allRun, CLUSTER_UID, delivered, duplicates, idsOf, pod, replica } from './support/replicas.ts';

const LIFE = ['preStart', 'postStart', 'preStop', 'postStop'];
const PODS = 24;
const KILLS = 8;

/** A small generator, so that a failure can be repeated: its seed is in the test's name. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

it.each([19, 20])(
  'three watchers without a Lease, killed at random (seed %i): all is told, each event by one id',
  {
    timeout: 180_000,
  },
  async (seed) => {
    const random = seeded(seed);
    const cluster = await createLocalCluster({ clusterUid: CLUSTER_UID });
    onTestFinished(() => cluster.close());
    const tap = await startReceiver();
    const setup = { cluster, tap, directory: temporaryDirectory() };
    const watchers = ['a', 'b', 'c'].map((name) => replica(name, setup));
    const running = watchers.map((watcher) => watcher.start());
    for (const watcher of running) await untilReady(watcher);

    const names = Array.from({ length: PODS }, (_, index) => `pod-${index}`);
    let kills = 0;
    const killOne = async () => {
      const index = Math.floor(random() * watchers.length);
      running[index]?.kill('SIGKILL');
      await running[index]?.ended();
      const again = watchers[index]?.start();
      if (again) running[index] = again;
      kills += 1;
    };
    for (const [index, name] of names.entries()) {
      cluster.applyManifest(pod(name));
      // At whatever moment that is for the watcher: the first events of this Pod are under way, or not yet.
      if (random() < KILLS / PODS) {
        await until('an event', () => tap.requests.length > index);
        await killOne();
      }
    }
    await until('all Pods run', () => allRun(cluster, names), 20_000);
    const lives = idsOf(cluster, names, LIFE);
    for (const name of names) {
      cluster.deletePod('default', name, { gracePeriodSeconds: 2 });
      if (random() < 2 / PODS) await killOne();
    }

    const received = () => new Set(delivered(tap).map(({ id }) => id));
    // Each watcher tells everything, so that any two of them could be lost for good.
    const told = (by: string) => new Set(delivered(tap).flatMap((one) => (one.by === by ? [one.id] : [])));
    await until(
      'all of it by all of them',
      () => ['a', 'b', 'c'].every((by) => lives.every((id) => told(by).has(id))),
      40_000,
    );
    expect(received()).toEqual(new Set(lives));
    expect(lives).toHaveLength(4 * PODS);
    expect(kills).toBeGreaterThan(2);
    expect(duplicates(delivered(tap)).size).toBe(lives.length);
  },
);
