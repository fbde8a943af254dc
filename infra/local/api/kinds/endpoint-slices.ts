import type { KubeObject } from '../../objects/kube-object.ts';
import { type FieldProblem, requiredValue } from '../../schema/field-problem.ts';
import { EVERY_VERB, METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { age, column } from '../resource/table.ts';

/** A slice with more is refused (`maxEndpoints`). */
const MOST_ENDPOINTS = 1000;

type Endpoint = { readonly addresses?: readonly string[] };

/** Which Pods a Service stands for; nobody writes them here but tests and users: there is no controller. */
export const endpointSlices: Resource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  singular: 'endpointslice',
  shortNames: [],
  kind: 'EndpointSlice',
  namespaced: true,
  verbs: ['create', 'delete', 'deletecollection', ...EVERY_VERB.slice(2)],
  subresources: [],
  emptyBody: { addressType: '', endpoints: null, ports: null },
  fields: METADATA_FIELDS,
  watchCache: true,
  table: {
    columns: [
      column('Name', 'name'),
      column('AddressType'),
      column('Ports'),
      column('Endpoints'),
      column('Age'),
    ],
    cells: (slice, nowMs) => [
      slice.metadata.name,
      slice.addressType,
      (Array.isArray(slice.ports) ? slice.ports : []).map(({ port }) => String(port)).join(',') || '<unset>',
      endpointsOf(slice)
        .flatMap(({ addresses = [] }) => addresses)
        .slice(0, 3)
        .join(',') || '<unset>',
      age(slice.metadata.creationTimestamp, nowMs),
    ],
  },
  rules: {
    owned: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    countsGenerations: true,
    problems: sliceProblems,
  },
};

function endpointsOf({ endpoints }: KubeObject): readonly Endpoint[] {
  return Array.isArray(endpoints) ? endpoints : [];
}

function sliceProblems(slice: KubeObject): readonly FieldProblem[] {
  const endpoints = endpointsOf(slice);
  const detail = `must have at most ${MOST_ENDPOINTS} items`;
  const tooMany = {
    path: ['endpoints'],
    reason: 'FieldValueTooMany',
    shown: String(endpoints.length),
    detail,
  } as const;
  return [
    ...(slice.addressType ? [] : [requiredValue(['addressType'])]),
    ...(endpoints.length > MOST_ENDPOINTS ? [tooMany] : []),
    ...endpoints.flatMap(({ addresses = [] }, at) =>
      addresses.length > 0
        ? []
        : [requiredValue(['endpoints', at, 'addresses'], 'must contain at least 1 address')],
    ),
  ];
}
