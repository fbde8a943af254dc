import type { Random } from '../random.ts';
import type { KubeletPod } from './kubelet-pod.ts';

/** A deletion: graceful, or by force. */
export async function terminate(pod: KubeletPod, random: Random): Promise<void> {
  if (random.chance(0.2)) return forceDelete(pod, random);
  const graceSeconds = random.between(1, 30);
  pod.requestDeletion(graceSeconds);
  if (random.chance(0.8)) killingEvents(pod);
  // preStop hooks run, and then the processes get their signal.
  await pod.sleep(random.between(100, graceSeconds * 1000 + 2_000));
  pod.stopAll(random.pick([0, 137, 143]));
  await finish(pod, random);
}

/** All containers end in one status write; only after that the kubelet removes the object. */
export async function finish(pod: KubeletPod, random: Random): Promise<void> {
  await pod.sleep(random.between(0, 1_200));
  pod.truth.phase = 'Failed';
  pod.write();
  await pod.sleep(random.between(0, 800));
  const { deletion } = pod.truth;
  // The kubelet's own delete lowers the grace period and moves the timestamp.
  if (deletion && random.chance(0.7)) {
    deletion.graceSeconds = 0;
    pod.write();
  }
  pod.remove();
}

/** The object goes at once; the containers live on for a moment. */
export async function forceDelete(pod: KubeletPod, random: Random): Promise<void> {
  pod.requestDeletion(0);
  await pod.sleep(random.between(0, 5));
  pod.remove();
  await pod.sleep(random.between(1_000, 3_000));
  pod.stopAll(137);
}

export function killingEvents(pod: KubeletPod): void {
  for (const { name, says } of pod.truth.containers) if (says === 'running') pod.event('Killing', name);
}
