import type { PodSpec } from './pod-spec.ts';

/**
 * The objects the model keeps. Only the fields it reads or writes are typed; everything else a client sends is kept
 * and sent back as it came. Objects are never changed in place: a write stores a new one.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export type ObjectMeta = {
  name: string;
  namespace?: string | undefined;
  generateName?: string | undefined;
  uid: string;
  resourceVersion: string;
  generation?: number | undefined;
  creationTimestamp: string;
  deletionTimestamp?: string | undefined;
  deletionGracePeriodSeconds?: number | undefined;
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
  finalizers?: string[] | undefined;
  [field: string]: unknown;
};

export type KubeObject = { apiVersion: string; kind: string; metadata: ObjectMeta; [field: string]: unknown };

export type Pod = KubeObject & { spec: PodSpec; status: PodStatus };

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

export type PodStatus = {
  observedGeneration?: number | undefined;
  phase: PodPhase;
  conditions?: PodCondition[] | undefined;
  containerStatuses?: ContainerStatus[] | undefined;
  initContainerStatuses?: ContainerStatus[] | undefined;
  ephemeralContainerStatuses?: ContainerStatus[] | undefined;
  reason?: string | undefined;
  message?: string | undefined;
  startTime?: string | undefined;
  [field: string]: unknown;
};

export type PodCondition = {
  type: string;
  observedGeneration?: number | undefined;
  status: 'True' | 'False' | 'Unknown';
  lastProbeTime: string | null;
  lastTransitionTime: string;
  reason?: string | undefined;
  message?: string | undefined;
};

export type ContainerState = {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt: string };
  terminated?: TerminatedState;
};

export type TerminatedState = {
  exitCode: number;
  reason: string;
  message?: string;
  startedAt: string | null;
  finishedAt: string | null;
  containerID?: string;
};

export type ContainerStatus = {
  name: string;
  state: ContainerState;
  lastState: ContainerState;
  ready: boolean;
  restartCount: number;
  image: string;
  imageID: string;
  containerID?: string;
  started?: boolean;
  resources?: Record<string, unknown>;
};

/** True for a Pod whose containers will never run again. */
export function isTerminal(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}
