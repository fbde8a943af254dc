import type { KubeObject, Pod } from './objects.ts';
import type { Resource } from './resource.ts';
import { eventTable, plainTable, podTable } from './table.ts';

const metadataFields: Resource['fields'] = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace,
};

const everything = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** A nested field of an untyped object, for field selectors. */
function read(object: KubeObject, ...path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), object);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function pod(object: KubeObject): Pod {
  return object as Pod;
}

/** Pods. Selectable fields as in kubernetes/pkg/registry/core/pod/strategy.go, `ToSelectableFields`. */
export const pods: Resource = {
  group: '',
  version: 'v1',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  kind: 'Pod',
  namespaced: true,
  verbs: everything,
  subresources: ['status', 'eviction', 'ephemeralcontainers', 'log'],
  emptyBody: { spec: { containers: null }, status: {} },
  fields: {
    ...metadataFields,
    'spec.nodeName': (object) => pod(object).spec.nodeName,
    'spec.restartPolicy': (object) => pod(object).spec.restartPolicy,
    'spec.schedulerName': (object) => read(object, 'spec', 'schedulerName'),
    'spec.serviceAccountName': (object) => read(object, 'spec', 'serviceAccountName'),
    'status.phase': (object) => pod(object).status.phase,
    'status.podIP': (object) => read(object, 'status', 'podIP'),
  },
  watchCache: true,
  table: podTable,
};

/** Core Events, with the selectable fields of kubernetes/pkg/registry/core/event/strategy.go. */
export const events: Resource = {
  group: '',
  version: 'v1',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  kind: 'Event',
  namespaced: true,
  verbs: everything,
  subresources: [],
  emptyBody: {
    involvedObject: {},
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  },
  fields: {
    ...metadataFields,
    'involvedObject.kind': (event) => read(event, 'involvedObject', 'kind'),
    'involvedObject.namespace': (event) => read(event, 'involvedObject', 'namespace'),
    'involvedObject.name': (event) => read(event, 'involvedObject', 'name'),
    'involvedObject.uid': (event) => read(event, 'involvedObject', 'uid'),
    'involvedObject.fieldPath': (event) => read(event, 'involvedObject', 'fieldPath'),
    reason: (event) => event.reason,
    type: (event) => event.type,
    reportingComponent: (event) => event.reportingComponent,
  },
  watchCache: false,
  table: eventTable,
};

export const namespaces: Resource = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  kind: 'Namespace',
  namespaced: false,
  verbs: ['create', 'get', 'list', 'watch'],
  subresources: [],
  emptyBody: { spec: {}, status: {} },
  fields: metadataFields,
  watchCache: true,
  table: plainTable((object) => String(read(object, 'status', 'phase') ?? '')),
};

export const nodes: Resource = {
  group: '',
  version: 'v1',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  kind: 'Node',
  namespaced: false,
  verbs: ['get', 'list', 'watch'],
  subresources: [],
  emptyBody: { spec: {}, status: { daemonEndpoints: { kubeletEndpoint: { Port: 0 } } } },
  fields: metadataFields,
  watchCache: true,
  table: plainTable(() => 'Ready'),
};

/** Who leads, and until when. */
export const leases: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  singular: 'lease',
  shortNames: [],
  kind: 'Lease',
  namespaced: true,
  verbs: everything,
  subresources: [],
  emptyBody: { spec: {} },
  fields: metadataFields,
  watchCache: true,
  table: plainTable((object) => String(read(object, 'spec', 'holderIdentity') ?? '')),
};

/** Everything the API serves; another kind is one more entry here. */
export const resources: Resource[] = [pods, events, namespaces, nodes, leases];
