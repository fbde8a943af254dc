import { concerns } from './concerned-run.ts';
import { containerFacts, factsOfRun } from './container-facts.ts';
import { aliveRun, type KnownPod } from './known-pod.ts';
import type { KubeletNotice } from './snapshot/kubelet-notice.ts';
import { stopFacts } from './stop-facts.ts';
import type { ContainerFacts, Transition } from './transition.ts';

type NoticeStep = { readonly next: KnownPod; readonly transitions: readonly Transition[] };

/**
 * What a kubelet Event adds: `Killing` may tell of a preStop before the Pod does, a failed hook is told by nothing
 * else. Events are best effort, so nothing else depends on them. Pure.
 *
 * @param known the Pod that the Event is about, see {@link matchNotice}.
 * @param listed the Event comes from a list, so it may be old.
 */
export function observeNotice(known: KnownPod, notice: KubeletNotice, listed: boolean): NoticeStep {
  switch (notice.reason) {
    case 'Killing':
      return observeKilling(known, notice, listed);
    case 'FailedPostStartHook':
      return { next: known, transitions: [hookFailed(known, notice, 'postStart')] };
    case 'FailedPreStopHook':
      return { next: known, transitions: [hookFailed(known, notice, 'preStop')] };
    default:
      return notice.reason satisfies never;
  }
}

function observeKilling(known: KnownPod, notice: KubeletNotice, listed: boolean): NoticeStep {
  const nothing: NoticeStep = { next: known, transitions: [] };
  const container = known.containers.find(({ name }) => name === notice.container);
  const run = container && aliveRun(container);
  if (known.departed || !container || !run || run.stopping) return nothing;
  const lastKilling = `${notice.eventUid}/${notice.count}`;
  if (container.lastKilling === lastKilling || !concerns(run, container.runs, notice, listed)) return nothing;
  const runs = container.runs.map((old) => (old === run ? { ...run, stopping: true } : old));
  const next = { ...container, runs, lastKilling };
  const containers = known.containers.map((old) => (old === container ? next : old));
  const transition: Transition = {
    hook: 'preStop',
    observation: 'event',
    time: notice.lastTimestamp,
    pod: known.pod,
    annotations: known.annotations,
    container: factsOfRun(container, run),
    stop: stopFacts(known),
  };
  return { next: { ...known, containers }, transitions: [transition] };
}

function hookFailed(known: KnownPod, notice: KubeletNotice, failed: 'postStart' | 'preStop'): Transition {
  const container = known.containers.find(({ name }) => name === notice.container);
  return {
    hook: 'hookFailed',
    failed,
    event: { uid: notice.eventUid, count: notice.count },
    observation: 'event',
    time: notice.lastTimestamp,
    pod: known.pod,
    annotations: known.annotations,
    // The kubelet strips containerIDs from Events: a failed hook is about a container, not about one run.
    container: container ? containerFacts(container) : containerOf(notice),
  };
}

function containerOf(notice: KubeletNotice): ContainerFacts {
  const facts = { id: null, image: null, imageId: null, restartCount: 0, skippedRuns: 0, startedAt: null };
  return { name: notice.container, kind: notice.containerKind, ...facts };
}
