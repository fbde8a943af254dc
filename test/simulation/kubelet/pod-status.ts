import type { StoredObject } from '../api/cluster-store.ts';
import type { ContainerTruth, PodTruth, RunTruth } from './pod-truth.ts';

export const NAMESPACE = 'shop';
const HOOKS = { preStop: { exec: { command: ['drain'] } } };

/** The Pod object as API server and kubelet write it: optional fields are null, times whole seconds. */
export function podObject(pod: PodTruth): StoredObject {
  const { deletion, hash } = pod;
  const sidecars = pod.containers.filter(({ kind }) => kind === 'sidecar').map(({ name }) => name);
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: pod.name,
      namespace: NAMESPACE,
      uid: pod.uid,
      labels: { app: pod.name },
      annotations:
        hash === null ? {} : { 'kubernetes.io/config.mirror': hash, 'kubernetes.io/config.hash': hash },
      ownerReferences:
        hash === null ? [] : [{ apiVersion: 'v1', kind: 'Node', name: pod.node, uid: 'n', controller: true }],
      deletionTimestamp: deletion && seconds(deletion.atMs + deletion.graceSeconds * 1000),
      deletionGracePeriodSeconds: deletion?.graceSeconds ?? null,
    },
    spec: {
      nodeName: pod.node,
      initContainers: sidecars.map((name) => ({ name, restartPolicy: 'Always' })),
      containers: [{ name: 'app', env: [{ name: 'TOKEN', value: 'canary' }], lifecycle: HOOKS }],
    },
    status: {
      phase: pod.phase,
      startTime: seconds(pod.startTimeMs),
      conditions:
        pod.disruption === null ? [] : [{ type: 'DisruptionTarget', status: 'True', reason: pod.disruption }],
      initContainerStatuses: statuses(pod, ['init', 'sidecar']),
      containerStatuses: statuses(pod, ['app']),
      ephemeralContainerStatuses: statuses(pod, ['ephemeral']),
    },
  };
}

/** The kubelet writes no container statuses before it has taken the Pod. */
function statuses(pod: PodTruth, kinds: readonly ContainerTruth['kind'][]) {
  if (pod.startTimeMs === null) return null;
  return pod.containers.filter(({ kind }) => kinds.includes(kind)).map(containerStatus);
}

function containerStatus(container: ContainerTruth) {
  const { name, says, runs, restartCount } = container;
  const current = runs.at(-1) ?? null;
  const shows = says === 'running' || says === 'terminated';
  const last = shows ? (runs.at(-2) ?? null) : current;
  const lastShown =
    last === null || says === 'lost' ? null : last.lost && !last.found ? SYNTHETIC : terminated(last);
  return {
    name,
    image: `${name}:1`,
    imageID: `sha256:${name}`,
    restartCount,
    ready: says === 'running',
    containerID: shows || says === 'backoff' ? (current?.id ?? '') : '',
    state: stateOf(container, current),
    lastState: lastShown === null ? {} : { terminated: lastShown },
  };
}

function stateOf({ says, waiting }: ContainerTruth, current: RunTruth | null) {
  switch (says) {
    case 'creating':
      return { waiting: { reason: waiting } };
    case 'running':
      return { running: { startedAt: seconds(current?.startedAtMs ?? null) } };
    case 'terminated':
      return { terminated: current && terminated(current) };
    case 'backoff':
      return { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } };
    case 'lost':
      return { terminated: SYNTHETIC };
    default:
      return says satisfies never;
  }
}

const SYNTHETIC = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  startedAt: null,
  finishedAt: null,
};

function terminated(run: RunTruth) {
  return {
    exitCode: run.exitCode ?? 0,
    signal: null,
    reason: run.reason,
    startedAt: run.startedAtMs === null ? '1970-01-01T00:00:00Z' : seconds(run.startedAtMs),
    finishedAt: seconds(run.finishedAtMs),
    containerID: run.id,
  };
}

/** metav1.Time. */
export function seconds(ms: number | null): string | null {
  return ms === null ? null : new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
