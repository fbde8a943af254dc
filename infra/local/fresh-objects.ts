import { type Random, randomUuid } from './ambient/ids.ts';
import { timestamp } from './ambient/timestamp.ts';
import type { KubeObject } from './objects/kube-object.ts';
import type { Store } from './store/store.ts';

/** @property clusterUid of `kube-system`, which identifies a cluster. */
type Fresh = {
  readonly clusterUid: string | undefined;
  readonly nowMs: number;
  readonly random: Random;
};

/** Puts what a fresh cluster has besides its nodes: four namespaces. */
export function putFreshObjects(store: Store, { clusterUid, nowMs, random }: Fresh): void {
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', 'default']) {
    const given = name === 'kube-system' ? clusterUid : undefined;
    store.put('namespaces', namespaceObject(name, given ?? randomUuid(random), nowMs));
  }
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
