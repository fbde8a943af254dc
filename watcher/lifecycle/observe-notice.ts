import { aliveRun, type KnownContainer, type KnownPod, type PodFacts } from './known-pod.ts';
import type { KubeletNotice } from './kubelet-notice.ts';
import { stopFacts } from './stop-facts.ts';
import type { ContainerFacts, Transition } from './transition.ts';

export type NoticeStep = { readonly next: KnownPod | null; readonly transitions: readonly Transition[] };

/**
 * What a kubelet Event adds: `Killing` may tell of a preStop before the Pod does, a failed hook is told by nothing
 * else. Events are best effort, so nothing else depends on them. Pure.
 *
 * @param listed the Event comes from a list, so it may be old.
 */
export function observeNotice(known: KnownPod | null, notice: KubeletNotice, listed: boolean): NoticeStep {
  switch (notice.reason) {
    case 'Killing':
      return observeKilling(known, notice, listed);
    case 'FailedPostStartHook':
      return { next: known, transitions: hookFailed(known, notice, { failed: 'postStart', listed }) };
    case 'FailedPreStopHook':
      return { next: known, transitions: hookFailed(known, notice, { failed: 'preStop', listed }) };
    default:
      return notice.reason satisfies never;
  }
}

function observeKilling(known: KnownPod | null, notice: KubeletNotice, listed: boolean): NoticeStep {
  const nothing: NoticeStep = { next: known, transitions: [] };
  const container = known?.containers.find(({ name }) => name === notice.container);
  const run = container && aliveRun(container);
  if (
    !known ||
    !container ||
    !run ||
    run.stopping ||
    !concerns(run.startedAt, notice.lastTimestamp, listed)
  ) {
    return nothing;
  }
  const runs = container.runs.map((old) => (old === run ? { ...run, stopping: true } : old));
  const containers = known.containers.map((old) => (old === container ? { ...container, runs } : old));
  const transition: Transition = {
    hook: 'preStop',
    observation: 'event',
    time: notice.lastTimestamp,
    pod: known.pod,
    container: { ...containerFacts(container), id: run.containerId, startedAt: run.startedAt },
    stop: stopFacts(known),
  };
  return { next: { ...known, containers }, transitions: [transition] };
}

/**
 * Only the run alive at the Event's time can be meant. Both times are whole seconds: a live Event of the same second
 * is about this run; a listed one of the same second may be about the run before it.
 */
function concerns(startedAt: string | null, lastTimestamp: string | null, listed: boolean): boolean {
  if (startedAt === null || lastTimestamp === null) return false;
  const started = Date.parse(startedAt);
  const told = Date.parse(lastTimestamp);
  return listed ? started < told : started <= told;
}

function hookFailed(
  known: KnownPod | null,
  notice: KubeletNotice,
  { failed, listed }: { failed: 'postStart' | 'preStop'; listed: boolean },
): readonly Transition[] {
  // An old Event of a Pod that nobody remembers: its time has passed.
  if (!known && listed) return [];
  const container = known?.containers.find(({ name }) => name === notice.container);
  return [
    {
      hook: 'hookFailed',
      failed,
      event: { uid: notice.eventUid, count: notice.count },
      observation: 'event',
      time: notice.lastTimestamp,
      pod: known?.pod ?? podOf(notice),
      container: container ? containerFacts(container) : containerOf(notice),
    },
  ];
}

function podOf(notice: KubeletNotice): PodFacts {
  // The kubelet that wrote the Event is the one of the Pod's node.
  const { podUid: uid, namespace, podName: name, node } = notice;
  return { uid, namespace, name, node, labels: {}, owner: null };
}

/** The kubelet strips containerIDs from Events: a failed hook is about a container, not about one run. */
function containerFacts(container: KnownContainer): ContainerFacts {
  const { name, kind, image, imageId, restartCount } = container;
  return { name, kind, id: null, image, imageId, restartCount, skippedRuns: 0, startedAt: null };
}

function containerOf(notice: KubeletNotice): ContainerFacts {
  const facts = { id: null, image: null, imageId: null, restartCount: 0, skippedRuns: 0, startedAt: null };
  return { name: notice.container, kind: notice.containerKind, ...facts };
}
