import type { KubeObject } from './kube-object.ts';
import type { PodSpec } from './pod-spec.ts';

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
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
