import type { StoredObject } from '../api/cluster-store.ts';

/** Whatever a tenant writes is in this namespace, or has a UID with this beginning. */
export const TENANT_NAMESPACE = 'tenant';
const TENANT_UID = 'tenant-';

export function isTenants({ metadata }: StoredObject): boolean {
  return String(metadata.uid).startsWith(TENANT_UID);
}

export type TenantPod = {
  readonly key: string;
  readonly name?: string;
  /** The UID of somebody else's Pod, in its annotations. */
  readonly claims?: string;
  readonly deletionTimestamp?: string;
  readonly graceSeconds?: number;
  readonly statuses: readonly unknown[];
};

export const TENANT_NODE = 'node1';

export function tenantPod(pod: TenantPod): StoredObject {
  const { key, claims, statuses } = pod;
  const annotations =
    claims === undefined
      ? {}
      : { 'kubernetes.io/config.mirror': claims, 'kubernetes.io/config.hash': claims };
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: pod.name ?? key,
      namespace: TENANT_NAMESPACE,
      uid: TENANT_UID + key,
      labels: { app: 'tenant', ...(claims !== undefined && { claims }) },
      annotations,
      deletionTimestamp: pod.deletionTimestamp ?? null,
      deletionGracePeriodSeconds: pod.graceSeconds ?? null,
    },
    spec: { nodeName: TENANT_NODE, containers: [{ name: 'app' }] },
    status: {
      phase: 'Running',
      startTime: '2026-01-01T00:00:00Z',
      conditions: [],
      containerStatuses: statuses,
    },
  };
}

export function tenantStatus(key: string, state: object, more: object = {}): Record<string, unknown> {
  const base = { name: 'app', image: 'app:1', imageID: 'sha256:app', restartCount: 0, lastState: {} };
  return { ...base, containerID: `containerd://${TENANT_UID}${key}`, state, ...more };
}

export function tenantEvent(key: string, about: object, more: object): StoredObject {
  const uid = `${TENANT_UID}event-${key}`;
  return {
    kind: 'Event',
    metadata: { uid, name: uid, namespace: TENANT_NAMESPACE },
    involvedObject: { kind: 'Pod', fieldPath: 'spec.containers{app}', ...about },
    ...{ count: 1, eventTime: null, message: 'forged' },
    source: { component: 'kubelet', host: TENANT_NODE },
    reportingComponent: 'kubelet',
    reportingInstance: TENANT_NODE,
    ...more,
  };
}
