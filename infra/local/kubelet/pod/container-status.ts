import { createHash } from 'node:crypto';
import { timestamp } from '../../ambient/timestamp.ts';
import type { ContainerState, ContainerStatus, Pod, TerminatedState } from '../../objects/pod.ts';
import {
  type ContainerRole,
  type KindedContainer,
  type PodRuntime,
  podContainers,
  shouldRestart,
} from '../runtime/pod-runtime.ts';
import type { SimulatedRun } from '../runtime/simulated-run.ts';

/** The status of each container of the given kinds, in the order of the spec. */
export function containerStatuses(pod: Pod, runtime: PodRuntime, kinds: ContainerRole[]): ContainerStatus[] {
  return podContainers(pod)
    .filter(({ kind }) => kinds.includes(kind))
    .map((container) => containerStatus(pod, runtime, container));
}

/**
 * A container's status from its last two runs, as `convertToAPIContainerStatuses` in kubelet_pods.go builds it: a
 * dead container that is to be started again and cannot be is `waiting`, and its end moves to `lastState`.
 */
function containerStatus(
  pod: Pod,
  runtime: PodRuntime,
  { container, kind }: KindedContainer,
): ContainerStatus {
  const runs = runtime.runs.get(container.name) ?? [];
  const run = runs.at(-1);
  const status = { name: container.name, image: container.image };
  if (!run) {
    const reason =
      pod.spec.initContainers?.length && kind !== 'ephemeral' ? 'PodInitializing' : 'ContainerCreating';
    const never = {
      ...status,
      state: { waiting: { reason } },
      lastState: {},
      ready: false,
      restartCount: 0,
      imageID: '',
    };
    return kind === 'ephemeral' ? never : { ...never, started: false };
  }
  const before = runs.at(-2);
  const held =
    run.exit && shouldRestart(pod, kind, run.exit.code) ? runtime.reasons.get(container.name) : undefined;
  const ended = held ? run : before;
  return {
    ...status,
    state: held ? { waiting: held } : currentState(run),
    lastState: ended ? { terminated: terminated(ended) } : {},
    ready: isReady(kind, run),
    restartCount: run.attempt,
    imageID: imageId(container.image),
    containerID: run.containerID,
    ...(kind === 'ephemeral' ? {} : { started: run.exit === undefined, resources: {} }),
  };
}

function currentState(run: SimulatedRun): ContainerState {
  return run.exit ? { terminated: terminated(run) } : { running: { startedAt: timestamp(run.startedAtMs) } };
}

function terminated({ containerID, startedAtMs, exit, outOfMemory }: SimulatedRun): TerminatedState {
  return {
    exitCode: exit?.code ?? 0,
    reason: outOfMemory ? 'OOMKilled' : exit?.code === 0 ? 'Completed' : 'Error',
    startedAt: timestamp(startedAtMs),
    finishedAt: timestamp(exit?.atMs ?? startedAtMs),
    containerID,
  };
}

/** An init container is ready when it is through; readiness probes are not modelled: what runs is ready. */
function isReady(kind: ContainerRole, run: SimulatedRun): boolean {
  if (kind === 'ephemeral') return false;
  return kind === 'init' ? run.exit?.code === 0 : run.exit === undefined;
}

function imageId(image: string): string {
  return `sha256:${createHash('sha256').update(image).digest('hex')}`;
}

/**
 * The statuses a Pod is left with when it is over: a container that should have run and of which nothing is known
 * gets a made-up end (`TerminatePod` in status_manager.go).
 */
export function closedStatus(status: ContainerStatus): ContainerStatus {
  if (status.state.terminated) return status;
  const state: TerminatedState = {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
    startedAt: null,
    finishedAt: null,
  };
  return { ...status, state: { terminated: state } };
}
