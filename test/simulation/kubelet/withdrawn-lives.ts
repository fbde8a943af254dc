import type { Random } from '../random.ts';
import { terminate } from './endings.ts';
import type { KubeletPod } from './kubelet-pod.ts';

/* Lives in which something is taken back, or told twice, after public reports. */

async function begin(pod: KubeletPod, random: Random): Promise<void> {
  await pod.create();
  pod.start('app');
  pod.report();
  await pod.sleep(random.between(2_000, 30_000));
}

async function restart(pod: KubeletPod, random: Random): Promise<void> {
  pod.exit('app', random.pick([0, 1, 137]));
  if (random.chance(0.4)) pod.report(400);
  await pod.sleep(random.between(0, 1_500));
  pod.start('app');
  pod.report();
  await pod.sleep(random.between(1_600, 20_000));
}

/** The runtime does not know a container for a moment; then it is shown running again. */
export async function misjudged(pod: KubeletPod, random: Random): Promise<void> {
  await begin(pod, random);
  for (let left = random.between(1, 2); left > 0; left -= 1) {
    pod.misjudge('app');
    pod.report(500);
    await pod.sleep(random.between(600, 8_000));
    // Sometimes it is known again only by its end.
    if (random.chance(0.8)) pod.recover('app');
    if (random.chance(0.8)) pod.report(500);
    await pod.sleep(random.between(600, 15_000));
  }
  pod.recover('app');
  if (random.chance(0.5)) pod.event('Killing', 'app');
  if (random.chance(0.4)) await restart(pod, random);
  if (random.chance(0.8)) await terminate(pod, random);
}

/** DisruptionTarget is set, comes to nothing, and is False from then on. */
export async function disruptedInVain(pod: KubeletPod, random: Random): Promise<void> {
  await begin(pod, random);
  pod.truth.disruption = 'PreemptionByScheduler';
  pod.write();
  await pod.sleep(random.between(1_000, 20_000));
  pod.truth.disruptionIsOver = true;
  pod.write();
  await pod.sleep(random.between(1_000, 20_000));
  if (random.chance(0.3)) pod.truth.disruptionIsOver = false;
  await terminate(pod, random);
}

/** A deletion is not there any more (etcd restored); the Pod lives on, and is perhaps deleted after all. */
export async function undeleted(pod: KubeletPod, random: Random): Promise<void> {
  await begin(pod, random);
  pod.requestDeletion(random.between(5, 60));
  await pod.sleep(random.between(100, 5_000));
  pod.withdrawDeletion();
  await pod.sleep(random.between(100, 10_000));
  for (let left = random.between(1, 3); left > 0; left -= 1) await restart(pod, random);
  if (random.chance(0.6)) await terminate(pod, random);
}

/** Its status has two entries of one name for a while: of the run that ended, and of its successor. */
export async function recordedTwice(pod: KubeletPod, random: Random): Promise<void> {
  await begin(pod, random);
  for (let left = random.between(1, 3); left > 0; left -= 1) {
    pod.container('app').olderEntry = random.pick(['none', 'before', 'behind']);
    await restart(pod, random);
    if (!random.chance(0.6)) continue;
    pod.exit('app', 1);
    pod.report(0);
    await pod.sleep(random.between(10, 2_000));
    // Nothing shows this one but an entry of its own.
    pod.failToStart('app');
    pod.start('app');
    pod.report();
    await pod.sleep(random.between(1_600, 9_000));
  }
  pod.container('app').olderEntry = random.pick(['none', 'before', 'behind']);
  await terminate(pod, random);
}
