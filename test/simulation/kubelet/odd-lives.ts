import type { Random } from '../random.ts';
import { finish, forceDelete, killingEvents, terminate } from './endings.ts';
import type { KubeletPod, PodShape } from './kubelet-pod.ts';

async function run(pod: KubeletPod, random: Random, mostMs = 40_000): Promise<void> {
  await pod.create();
  pod.start('app');
  pod.report();
  await pod.sleep(random.between(200, mostMs));
}

export async function ephemeral(pod: KubeletPod, random: Random): Promise<void> {
  await run(pod, random, 10_000);
  pod.addEphemeral('debug');
  pod.report();
  await pod.sleep(random.between(100, 3_000));
  pod.start('debug');
  pod.report();
  await pod.sleep(random.between(100, 10_000));
  pod.exit('debug', 0);
  pod.report();
  await pod.sleep(random.between(100, 10_000));
  await terminate(pod, random);
}

/** The eviction API, a preemption or a taint: a condition, then an ordinary deletion. */
export async function evicted(pod: KubeletPod, random: Random): Promise<void> {
  await run(pod, random);
  pod.truth.disruption = random.pick([
    'EvictionByEvictionAPI',
    'PreemptionByScheduler',
    'DeletionByTaintManager',
  ]);
  pod.write();
  await terminate(pod, random);
}

/** No deletionTimestamp; one write after everything has ended, and the object stays. */
export async function nodePressure(pod: KubeletPod, random: Random): Promise<void> {
  await run(pod, random);
  if (random.chance(0.7)) killingEvents(pod);
  await pod.sleep(random.between(200, 1_200));
  pod.stopAll(137);
  pod.truth.disruption = 'TerminationByKubelet';
  pod.truth.phase = 'Failed';
  pod.report();
  await pod.sleep(random.between(3_000, 60_000));
  if (!random.chance(0.5)) return;
  pod.requestDeletion(0);
  pod.remove();
}

/** Its containers are `running` in the API for ever, or until the Pod is collected. */
export async function lostNode(pod: KubeletPod, random: Random): Promise<void> {
  await run(pod, random);
  pod.silence();
  await pod.sleep(random.between(1_000, 20_000));
  pod.stopAll(137);
  if (random.chance(0.4)) return;
  pod.truth.disruption = 'DeletionByPodGC';
  await forceDelete(pod, random);
}

/** The shadow of a static Pod: it goes and comes back with a new UID, the container untouched. */
export async function mirror(pod: KubeletPod, random: Random): Promise<void> {
  await run(pod, random, 20_000);
  for (let left = random.between(0, 3); left > 0; left -= 1) {
    pod.requestDeletion(30);
    await pod.sleep(random.between(0, 300));
    pod.remove();
    await pod.sleep(random.between(1, 900));
    await pod.recreate();
    await pod.sleep(random.between(1_500, 30_000));
    if (!random.chance(0.3)) continue;
    pod.exit('app', 1);
    await pod.sleep(random.between(0, 1_000));
    pod.start('app');
    pod.report();
    await pod.sleep(random.between(1_600, 10_000));
  }
  if (random.chance(0.3)) return;
  // Its manifest was taken away: it never shows `terminated`.
  pod.stopAll(0);
  pod.remove();
}

/** Deleted before it ever ran: unscheduled, or with an image that cannot be pulled. */
export async function neverStarted(pod: KubeletPod, random: Random): Promise<void> {
  await pod.create();
  pod.container('app').waiting = random.pick(['ImagePullBackOff', 'ErrImagePull', 'ContainerCreating']);
  pod.report();
  await pod.sleep(random.between(2_000, 30_000));
  pod.requestDeletion(30);
  await pod.sleep(random.between(10, 2_000));
  if (random.chance(0.3)) {
    // It starts all the same, with its deletion already asked for.
    pod.start('app');
    pod.report();
    await pod.sleep(random.between(1_600, 5_000));
    pod.stopAll(0);
  } else {
    pod.lose('app');
  }
  await finish(pod, random);
}

/** StatefulSet: the same name again at once, another Pod. */
export async function recreated(
  pod: KubeletPod,
  random: Random,
  again: (shape: PodShape) => KubeletPod,
): Promise<void> {
  let current = pod;
  for (let left = random.between(1, 3); left > 0; left -= 1) {
    await run(current, random, 20_000);
    await terminate(current, random);
    current = again({ name: pod.truth.name, containers: [['app', 'app']] });
  }
  await run(current, random);
}

/** After a node reboot the runtime has forgotten what ran: a synthetic end, sometimes the real one after it, then another run. */
export async function runtimeLoss(pod: KubeletPod, random: Random): Promise<void> {
  await run(pod, random, 15_000);
  pod.lose('app');
  if (random.chance(0.5)) pod.report();
  await pod.sleep(random.between(100, 4_000));
  if (random.chance(0.4)) {
    pod.find('app', 137);
    pod.report();
    await pod.sleep(random.between(100, 4_000));
  }
  pod.start('app');
  pod.report();
  await pod.sleep(random.between(2_000, 20_000));
  if (random.chance(0.7)) await terminate(pod, random);
}

export async function startError(pod: KubeletPod, random: Random): Promise<void> {
  await pod.create();
  for (let left = random.between(1, 2); left > 0; left -= 1) {
    pod.failToStart('app');
    pod.report();
    await pod.sleep(random.between(1_600, 8_000));
  }
  pod.start('app');
  pod.report();
  await pod.sleep(random.between(2_000, 20_000));
  await terminate(pod, random);
}
