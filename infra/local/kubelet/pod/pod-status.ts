import { timestamp } from '../../ambient/timestamp.ts';
import type { ContainerStatus, Pod, PodCondition, PodPhase, PodStatus } from '../../objects/pod.ts';
import { isSidecar } from '../../objects/pod-spec.ts';
import { isInitialized, type PodRuntime } from '../runtime/pod-runtime.ts';
import { closedStatus, containerStatuses } from './container-status.ts';

/** How far a Pod is: its containers may run, all are stopped, or nothing is left of it on the node. */
export type PodProgress = 'live' | 'stopped' | 'cleaned';

const KUBELET_CONDITIONS = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

/**
 * The status the kubelet reports for a Pod: a pure function of the Pod, the runtime's state and the time.
 *
 * A phase that would be final is withheld while the Pod is `live` (`updateStatusInternal`): the conditions tell it
 * one write earlier. @see kubernetes/pkg/kubelet/kubelet_pods.go, `generateAPIPodStatus`
 */
export function podStatus(
  pod: Pod,
  runtime: PodRuntime,
  { progress, nowMs }: { progress: PodProgress; nowMs: number },
): PodStatus {
  const lists = statusLists(pod, runtime, progress);
  const computed = podPhase(pod, lists, progress);
  return {
    ...pod.status,
    observedGeneration: pod.metadata.generation,
    phase: reportedPhase(computed, progress),
    conditions: conditions(pod, runtime, { phase: computed, statuses: lists.containerStatuses, nowMs }),
    hostIP: '192.0.2.2',
    hostIPs: [{ ip: '192.0.2.2' }],
    ...(runtime.podIP === undefined ? {} : { podIP: runtime.podIP, podIPs: [{ ip: runtime.podIP }] }),
    startTime: pod.status.startTime ?? timestamp(nowMs),
    ...lists,
    resources: {},
  };
}

function reportedPhase(computed: PodPhase, progress: PodProgress): PodPhase {
  const final = computed === 'Succeeded' || computed === 'Failed';
  if (final) return progress === 'live' ? 'Running' : computed;
  return progress === 'cleaned' ? 'Failed' : computed;
}

/** True when all containers of a Pod have ended for good, by the Pod's restart policy. */
export function hasEnded(pod: Pod, runtime: PodRuntime): boolean {
  return ['Succeeded', 'Failed'].includes(podPhase(pod, statusLists(pod, runtime, 'live'), 'live'));
}

type StatusLists = Pick<PodStatus, 'initContainerStatuses' | 'ephemeralContainerStatuses'> & {
  containerStatuses: ContainerStatus[];
};

function statusLists(pod: Pod, runtime: PodRuntime, progress: PodProgress): StatusLists {
  const app = containerStatuses(pod, runtime, ['app']);
  const closed = progress === 'cleaned' && isInitialized(pod, runtime);
  return {
    ...(pod.spec.initContainers?.length
      ? { initContainerStatuses: containerStatuses(pod, runtime, ['init', 'sidecar']) }
      : {}),
    containerStatuses: closed ? app.map(closedStatus) : app,
    ...(pod.spec.ephemeralContainers?.length
      ? { ephemeralContainerStatuses: containerStatuses(pod, runtime, ['ephemeral']) }
      : {}),
  };
}

/** `getPhase` in kubelet_pods.go; sidecars and ephemeral containers do not count. */
function podPhase(pod: Pod, lists: StatusLists, progress: PodProgress): PodPhase {
  const { restartPolicy, initContainers } = pod.spec;
  const started = lists.containerStatuses.some(({ containerID }) => containerID !== undefined);
  const pendingInit = (lists.initContainerStatuses ?? []).filter((status, index) => {
    const spec = initContainers?.[index];
    if (spec && isSidecar(spec)) return !started && !status.started;
    return status.state.terminated?.exitCode !== 0;
  });
  const ends = lists.containerStatuses.map(({ state, lastState }) =>
    state.running ? undefined : (state.terminated ?? lastState.terminated),
  );

  if (restartPolicy === 'Never' && pendingInit.some(({ state }) => state.terminated)) return 'Failed';
  if (pendingInit.length > 0) return 'Pending';
  const neverRan = lists.containerStatuses.some(
    ({ state, lastState }) => state.waiting && !lastState.terminated,
  );
  if (neverRan) return 'Pending';
  if (lists.containerStatuses.some(({ state }) => state.running)) return 'Running';
  const allWell = ends.every((end) => end?.exitCode === 0);
  if (progress === 'live' && restartPolicy === 'Always') return 'Running';
  if (allWell) return 'Succeeded';
  return progress === 'live' && restartPolicy === 'OnFailure' ? 'Running' : 'Failed';
}

function conditions(
  pod: Pod,
  runtime: PodRuntime,
  { phase, statuses, nowMs }: { phase: PodPhase; statuses: ContainerStatus[]; nowMs: number },
): PodCondition[] {
  const before = pod.status.conditions ?? [];
  const unready = statuses.filter(({ ready }) => !ready).map(({ name }) => name);
  const over = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined;
  const notReady = over
    ? { reason: over }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const ready = unready.length === 0 && !over;
  const initialized = isInitialized(pod, runtime);

  const condition = (
    type: string,
    holds: boolean,
    why: { reason?: string; message?: string } = {},
  ): PodCondition => {
    const status = holds ? 'True' : 'False';
    const old = before.find((one) => one.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : timestamp(nowMs);
    const observedGeneration = pod.metadata.generation;
    return { type, observedGeneration, status, lastProbeTime: null, lastTransitionTime, ...why };
  };
  return [
    ...before.filter(({ type }) => !KUBELET_CONDITIONS.has(type)),
    condition('PodReadyToStartContainers', runtime.sandboxReady),
    condition('Initialized', initialized, initializedReason(pod, initialized, phase)),
    condition('Ready', ready, ready ? {} : notReady),
    condition('ContainersReady', ready, ready ? {} : notReady),
    condition('PodScheduled', true),
  ];
}

function initializedReason(
  pod: Pod,
  initialized: boolean,
  phase: PodPhase,
): { reason?: string; message?: string } {
  if (phase === 'Succeeded') return { reason: 'PodCompleted' };
  if (initialized) return {};
  const names = (pod.spec.initContainers ?? []).map(({ name }) => name);
  return {
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${names.join(' ')}]`,
  };
}
