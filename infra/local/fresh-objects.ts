import { type Random, randomUuid } from './ambient/ids.ts';
import { timestamp } from './ambient/timestamp.ts';
import type { KubeObject } from './objects/kube-object.ts';
import type { Store } from './store/store.ts';

/** @property uid of `kube-system` identifies a cluster. */
type Fresh = {
  readonly clusterUid: string | undefined;
  readonly nodes: readonly string[];
  readonly nowMs: number;
  readonly random: Random;
};

/** Puts what a fresh cluster has: four namespaces, and its nodes, Ready. Returns the nodes. */
export function putFreshObjects(store: Store, { clusterUid, nodes, nowMs, random }: Fresh): KubeObject[] {
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', 'default']) {
    const given = name === 'kube-system' ? clusterUid : undefined;
    store.put('namespaces', namespaceObject(name, given ?? randomUuid(random), nowMs));
  }
  return nodes.map((name) => store.put('nodes', readyNode(name, randomUuid(random), nowMs)));
}

/** A namespace as the API server makes it. */
export function namespaceObject(name: string, uid: string, nowMs: number): KubeObject {
  const labels = { 'kubernetes.io/metadata.name': name };
  return {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: { name, uid, resourceVersion: '', creationTimestamp: timestamp(nowMs), labels },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function readyNode(name: string, uid: string, nowMs: number): KubeObject {
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
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
