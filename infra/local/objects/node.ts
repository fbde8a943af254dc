import { timestamp } from '../ambient/timestamp.ts';
import type { KubeObject } from '../objects/kube-object.ts';

/** A Node of a kubelet that has just registered, Ready. */
export function readyNode(name: string, uid: string, nowMs: number): KubeObject {
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
    lastTransitionTime: timestamp(nowMs),
  };
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name,
      uid,
      resourceVersion: '',
      creationTimestamp: timestamp(nowMs),
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
    },
    spec: {},
    status: {
      conditions: [ready],
      nodeInfo: { kubeletVersion: 'v1.36.0' },
      capacity: { cpu: '2', pods: '110' },
    },
  };
}

/**
 * A Node of which nobody has heard for too long: its condition is Unknown, and its taints keep Pods away and send those
 * there elsewhere.
 *
 * @see kubernetes/pkg/controller/nodelifecycle/node_lifecycle_controller.go, `tryUpdateNodeHealth`, `doNoExecuteTaintingPass`
 */
export function unreachableNode(node: KubeObject, nowMs: number): KubeObject {
  const now = timestamp(nowMs);
  const unknown = {
    type: 'Ready',
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
    lastTransitionTime: now,
  };
  const key = 'node.kubernetes.io/unreachable';
  const taints = [
    { key, effect: 'NoSchedule', timeAdded: now },
    { key, effect: 'NoExecute', timeAdded: now },
  ];
  const status = { ...(node.status as object), conditions: [unknown] };
  return { ...node, spec: { ...(node.spec as object), taints }, status };
}

/** Whether Pods may be placed on it. */
export function isSchedulable(node: KubeObject): boolean {
  const { taints } = node.spec as { taints?: readonly unknown[] };
  return taints === undefined || taints.length === 0;
}

/** What `kubectl get nodes` shows. */
export function nodeStatus(node: KubeObject): string {
  const { conditions = [] } = node.status as { conditions?: readonly { type: string; status: string }[] };
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? 'Ready' : 'NotReady';
}
