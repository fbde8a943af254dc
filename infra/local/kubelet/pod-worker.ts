import type { Clock } from '../../../settings/ambient/clock.ts';
import { delay } from '../../../settings/ambient/delay.ts';
import type { Random } from '../ambient/ids.ts';
import { timestamp } from '../ambient/timestamp.ts';
import type { Pod, PodCondition, PodStatus } from '../api/objects.ts';
import { DEFAULT_GRACE_SECONDS } from '../api/pod-spec.ts';
import { createBackoff } from './backoff.ts';
import type { ContainerRun } from './container-run.ts';
import type { EventRecorder } from './event-recorder.ts';
import { killContainer, killPod } from './kill-container.ts';
import { startLivenessProbes } from './liveness.ts';
import { createPodRuntime, type KindedContainer, lastEnded, liveRun, podContainers } from './pod-runtime.ts';
import { hasEnded, type PodProgress, podStatus } from './pod-status.ts';
import { startContainer } from './start-container.ts';
import { planSync } from './sync-plan.ts';
import { createSyncTrigger } from './sync-trigger.ts';
import { timing } from './timing.ts';

/** What a Pod's worker needs of the API: writing the Pod's status, and the last delete of all. */
export interface PodWriter {
  /** The Pod as the API holds it; undefined when it is gone or another has its name. */
  current(pod: Pod): Pod | undefined;
  writeStatus(current: Pod, status: PodStatus): void;
  finalDelete(pod: Pod): void;
}

export type PodWorkerDeps = {
  clock: Clock;
  random: Random;
  jitter: Random;
  events: EventRecorder;
  writer: PodWriter;
  podIP: string;
  /** Milliseconds until the kubelet next looks for exited containers. */
  untilRelist: () => number;
  onError: (error: unknown) => void;
};

export type PodWorker = ReturnType<typeof createPodWorker>;

/**
 * Drives one Pod through its life, the way a pod worker of the kubelet does: one sync at a time, a status written only
 * at the start of a sync. Whatever happens while a sync is busy (a slow postStart, a liveness kill) is seen together.
 *
 * States: `live` (containers are started and restarted) → `stopping` (deleted, evicted or all ended: containers are
 * killed) → `over` (final status written; waits for the object to be deleted). There is no way back.
 */
export function createPodWorker(first: Pod, deps: PodWorkerDeps) {
  const { clock, events, random, jitter, writer } = deps;
  const runtime = createPodRuntime();
  const backoff = createBackoff(clock);
  let pod = first;
  let stage: 'live' | 'stopping' | 'over' = 'live';
  let gone = false;
  let eviction: { phase: 'Failed'; reason: string; message: string } | undefined;
  let stopProbes = () => {};
  const leaving = Promise.withResolvers<void>();
  const trigger = createSyncTrigger(clock, sync, deps.onError);
  const onExit = () => {
    clock.after(deps.untilRelist(), trigger.now);
  };

  /** Builds the status on what the API holds now: others may have added conditions since. */
  function report(progress: PodProgress): void {
    const stored = writer.current(pod);
    if (!stored) return;
    const nowMs = clock.nowMs();
    const evicted = progress === 'live' ? undefined : eviction;
    const known = {
      ...pod,
      status: evicted ? withDisruption(stored.status, evicted.message, nowMs) : stored.status,
    };
    const status = podStatus(known, runtime, progress, nowMs);
    writer.writeStatus(stored, evicted ? { ...status, ...evicted } : status);
  }

  async function sync(): Promise<void> {
    if (stage === 'over') {
      if (pod.metadata.deletionTimestamp !== undefined) writer.finalDelete(pod);
      return;
    }
    report('live');
    const ended = hasEnded(pod, runtime);
    if (gone || eviction || pod.metadata.deletionTimestamp !== undefined || ended) await stop(ended);
    else await syncLive();
  }

  async function syncLive(): Promise<void> {
    if (!runtime.sandboxReady) {
      await delay(clock, timing.sandbox);
      runtime.sandboxReady = true;
      report('live');
      const onUnhealthy = trigger.now;
      stopProbes = startLivenessProbes({ clock, events, runtime, onUnhealthy }, pod);
    }
    const plan = planSync(pod, runtime);
    const before = new Map(
      plan.start.map(({ container }) => [container.name, lastEnded(runtime, container.name)]),
    );
    for (const target of plan.kill) await killUnhealthy(target);
    let touched = plan.kill.length > 0;
    for (const target of plan.start) {
      const started = await startContainer(
        { clock, events, random, runtime, backoff, onExit, leaving: leaving.promise },
        { pod, target, ended: before.get(target.container.name) },
      );
      if (started.kind !== 'held') touched = true;
      else trigger.later(started.remainingMs * (1 + 0.5 * jitter()));
    }
    if (runtime.runs.size > 0) runtime.podIP = deps.podIP;
    if (touched) clock.after(timing.relistOnDemand, trigger.now);
  }

  async function killUnhealthy(target: KindedContainer): Promise<void> {
    const run = liveRun(runtime, target.container.name);
    if (!run) return;
    const message = `Container ${target.container.name} failed liveness probe, will be restarted`;
    await killContainer({ clock, events }, { pod, run, target }, { graceMs: graceMs(), message });
  }

  function graceMs(): number {
    if (gone || eviction) return 1000;
    const { deletionGracePeriodSeconds } = pod.metadata;
    const asked =
      deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
    return Math.max(asked, 1) * 1000;
  }

  function alive(): { run: ContainerRun; target: KindedContainer }[] {
    return podContainers(pod).flatMap((target) => {
      const run = liveRun(runtime, target.container.name);
      return run ? [{ run, target }] : [];
    });
  }

  async function stop(endedByItself: boolean): Promise<void> {
    stage = 'stopping';
    stopProbes();
    await killPod({ clock, events }, pod, alive(), graceMs());
    await delay(clock, endedByItself ? timing.finish : timing.teardown);
    runtime.sandboxReady = false;
    report('stopped');
    if (!endedByItself) await delay(clock, timing.cleanup);
    report('cleaned');
    stage = 'over';
    if (pod.metadata.deletionTimestamp !== undefined) writer.finalDelete(pod);
  }

  return {
    uid: first.metadata.uid,
    runtime,
    /** The API has a new version of the Pod. A deletion that shortens the grace of one under way cuts it. */
    update(next: Pod): void {
      const before = pod.metadata.deletionGracePeriodSeconds;
      const now = next.metadata.deletionGracePeriodSeconds;
      pod = next;
      if (next.metadata.deletionTimestamp !== undefined) leaving.resolve();
      if (stage === 'stopping' && before !== undefined && now !== undefined && now < before) cut(now * 1000);
      trigger.now();
    },
    /** The object is gone from the API: what still runs is killed, with a second's grace. */
    remove(): void {
      gone = true;
      leaving.resolve();
      if (stage === 'stopping') cut(1000);
      trigger.now();
    },
    /** Node-pressure eviction: killed within a second, reported as Failed, and the object stays. */
    evict(message: string): void {
      eviction = { phase: 'Failed', reason: 'Evicted', message };
      leaving.resolve();
      trigger.now();
    },
    /** Looks at the Pod again, as the kubelet does now and then without a visible cause. */
    resync: () => trigger.now(),
    isOver: () => stage === 'over',
    stop(): void {
      trigger.stop();
      stopProbes();
    },
  };

  function cut(graceMs: number): void {
    for (const { run } of alive()) clock.after(Math.max(graceMs, 1000), run.kill);
  }
}

/** The condition by which a node-pressure eviction is told, in front of the kubelet's own. */
function withDisruption(status: PodStatus, message: string, nowMs: number): PodStatus {
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget');
  const condition: PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(nowMs),
    reason: 'TerminationByKubelet',
    message,
  };
  return { ...status, conditions: [condition, ...others] };
}
