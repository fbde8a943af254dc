import type { Clock } from '../../../../settings/ambient/clock.ts';
import { delay } from '../../../../settings/ambient/delay.ts';
import type { Random } from '../../ambient/ids.ts';
import type { Pod } from '../../objects/pod.ts';
import { DEFAULT_GRACE_SECONDS } from '../../objects/pod-spec.ts';
import type { EventRecorder } from '../node/event-recorder.ts';
import { timing } from '../node/timing.ts';
import { killPod } from '../runtime/kill-container.ts';
import { startLivenessProbes } from '../runtime/liveness.ts';
import { aliveContainers, createPodRuntime } from '../runtime/pod-runtime.ts';
import { createRestartBackoff } from '../runtime/restart-backoff.ts';
import { carryOut } from './carry-out.ts';
import { hasEnded, type PodProgress } from './pod-status.ts';
import { type NodePressureEviction, type PodWriter, reportStatus } from './report-status.ts';
import { createSyncTrigger } from './sync-trigger.ts';

type PodWorkerDeps = {
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
  const { clock, events, jitter, writer } = deps;
  const runtime = createPodRuntime();
  const backoff = createRestartBackoff(clock);
  let pod = first;
  let stage: 'live' | 'stopping' | 'over' = 'live';
  let gone = false;
  let eviction: NodePressureEviction | undefined;
  let stopProbes = () => {};
  const leaving = Promise.withResolvers<void>();
  const trigger = createSyncTrigger(clock, sync, deps.onError);
  const onExit = () => {
    clock.after(deps.untilRelist(), trigger.now);
  };

  const report = (progress: PodProgress) =>
    reportStatus({ writer, nowMs: clock.nowMs() }, pod, { runtime, progress, eviction });

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
    const touched = await carryOut(
      { ...deps, runtime, backoff, onExit, leaving: leaving.promise },
      {
        pod: () => pod,
        graceMs,
        onHeld: (remainingMs) => trigger.later(remainingMs * (1 + 0.5 * jitter())),
      },
    );
    if (runtime.runs.size > 0) runtime.podIP = deps.podIP;
    if (touched) clock.after(timing.relistOnDemand, trigger.now);
  }

  function graceMs(): number {
    if (gone || eviction) return 1000;
    const { deletionGracePeriodSeconds } = pod.metadata;
    const asked =
      deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
    return Math.max(asked, 1) * 1000;
  }

  const alive = () => aliveContainers(pod, runtime);

  async function stop(endedByItself: boolean): Promise<void> {
    stage = 'stopping';
    stopProbes();
    await killPod({ clock, events }, pod, { alive: alive(), graceMs: graceMs() });
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
