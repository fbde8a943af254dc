import type { StoredObject } from '../api/cluster-store.ts';
import { seconds } from './pod-status.ts';
import type { ContainerTruth, PodTruth } from './pod-truth.ts';

/** An Event as the kubelet of the Pod's node writes it, by its own clock. */
export function kubeletEvent(
  pod: PodTruth,
  facts: {
    readonly reason: string;
    readonly about: ContainerTruth;
    readonly entry: { readonly uid: string; readonly firstMs: number; readonly count: number };
    readonly nowMs: number;
  },
): StoredObject {
  const { reason, about, entry, nowMs } = facts;
  const field = {
    app: 'containers',
    ephemeral: 'ephemeralContainers',
    init: 'initContainers',
    sidecar: 'initContainers',
  };
  return {
    kind: 'Event',
    metadata: { uid: entry.uid, name: entry.uid, namespace: pod.namespace },
    involvedObject: {
      kind: 'Pod',
      namespace: pod.namespace,
      name: pod.name,
      // The kubelet knows a static Pod by its hash.
      uid: pod.hash ?? pod.uid,
      fieldPath: `spec.${field[about.kind]}{${about.name}}`,
    },
    reason,
    message: `${reason} of ${about.name}`,
    count: entry.count,
    firstTimestamp: seconds(entry.firstMs),
    lastTimestamp: seconds(nowMs),
    eventTime: null,
    source: { component: 'kubelet', host: pod.node },
    reportingComponent: 'kubelet',
    reportingInstance: pod.node,
  };
}
