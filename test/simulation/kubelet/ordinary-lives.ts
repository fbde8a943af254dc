import type { Random } from '../random.ts';
import { finish, terminate } from './endings.ts';
import type { KubeletPod } from './kubelet-pod.ts';

/** Crashes and comes back; quick ones are coalesced by the status writer, and sometimes the count begins anew. */
export async function crashLoop(pod: KubeletPod, random: Random): Promise<void> {
  await pod.create();
  const names = pod.truth.containers.map(({ name }) => name);
  for (const name of names) pod.start(name);
  pod.report();
  for (let left = random.between(1, 6); left > 0; left -= 1) {
    await pod.sleep(random.between(50, 12_000));
    const name = random.pick(names);
    pod.exit(name, random.pick([0, 1, 137]), random.pick(['Error', 'OOMKilled']));
    if (random.chance(0.5)) pod.report();
    await pod.sleep(random.between(0, 1_500));
    if (random.chance(0.4)) {
      pod.backOff(name);
      pod.report();
      await pod.sleep(random.between(0, 20_000));
    }
    resetCount(pod, name, random);
    pod.start(name);
    pod.report(random.chance(0.3) ? 6_000 : 1_500);
  }
  await pod.sleep(random.between(500, 10_000));
  if (random.chance(0.7)) await terminate(pod, random);
}

function resetCount(pod: KubeletPod, name: string, random: Random): void {
  // Where the count is part of the identity, who did not see it begin anew tells another one.
  if (!random.chance(0.07) || pod.truth.shows === 'noIds') return;
  const container = pod.container(name);
  container.restartCount = -1;
  container.countReset = true;
}

/** The kubelet kills a container: an Event, a preStop hook, another run; terminated is often never written. */
export async function livenessKills(pod: KubeletPod, random: Random): Promise<void> {
  await pod.create();
  pod.start('app');
  pod.report();
  for (let left = random.between(1, 4); left > 0; left -= 1) {
    await pod.sleep(random.between(1_500, 20_000));
    if (random.chance(0.8)) pod.event('Killing', 'app');
    if (random.chance(0.2)) pod.event('FailedPreStopHook', 'app');
    await pod.sleep(random.between(0, 5_000));
    pod.exit('app', 137);
    if (random.chance(0.4)) pod.report(400);
    await pod.sleep(random.between(0, 900));
    pod.start('app');
    pod.report();
  }
  await pod.sleep(random.between(500, 30_000));
  await terminate(pod, random);
}

/** A run that dies in its postStart hook is never `running` in the API. */
export async function postStartFails(pod: KubeletPod, random: Random): Promise<void> {
  await pod.create();
  for (let left = random.between(1, 3); left > 0; left -= 1) {
    pod.start('app');
    pod.event('FailedPostStartHook', 'app');
    if (random.chance(0.7)) pod.event('Killing', 'app');
    pod.exit('app', 137);
    if (random.chance(0.3)) pod.write();
    pod.backOff('app');
    pod.report();
    await pod.sleep(random.between(1_600, 15_000));
  }
  pod.start('app');
  pod.report();
  await pod.sleep(random.between(2_000, 30_000));
  await terminate(pod, random);
}

/** Runs to its end; the finished Pod is deleted later, without a Terminating phase. */
export async function job(pod: KubeletPod, random: Random): Promise<void> {
  await pod.create();
  pod.start('app');
  pod.report();
  await pod.sleep(random.between(20, 20_000));
  pod.exit('app', random.pick([0, 1]));
  pod.truth.phase = 'Succeeded';
  pod.report();
  await pod.sleep(random.between(3_000, 40_000));
  if (random.chance(0.3)) return;
  pod.requestDeletion(0);
  pod.remove();
}

export async function initContainers(pod: KubeletPod, random: Random): Promise<void> {
  await pod.create();
  for (let failures = random.between(0, 2); failures >= 0; failures -= 1) {
    pod.start('init');
    pod.report();
    await pod.sleep(random.between(10, 4_000));
    pod.exit('init', failures > 0 ? 1 : 0);
    pod.report();
    await pod.sleep(random.between(0, 3_000));
  }
  pod.start('app');
  pod.report();
  await pod.sleep(random.between(500, 60_000));
  if (random.chance(0.8)) await terminate(pod, random);
}

export async function sidecar(pod: KubeletPod, random: Random): Promise<void> {
  await pod.create();
  pod.start('sidecar');
  pod.report();
  await pod.sleep(random.between(10, 2_500));
  pod.start('app');
  pod.report();
  await pod.sleep(random.between(500, 30_000));
  if (random.chance(0.4)) {
    pod.exit('sidecar', 1);
    await pod.sleep(random.between(0, 2_000));
    pod.start('sidecar');
    pod.report();
    await pod.sleep(random.between(500, 5_000));
  }
  pod.exit('app', 0);
  pod.report();
  await pod.sleep(random.between(500, 5_000));
  pod.requestDeletion(30);
  await pod.sleep(random.between(100, 3_000));
  pod.stopAll(0);
  await finish(pod, random);
}
