import { isObject, type Json, type JsonObject } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import { type FieldProblem, invalidValue, requiredValue } from '../../schema/field-problem.ts';
import type { StructuralSchema } from '../../schema/structural-schema.ts';
import { EVERY_VERB, METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { age, column } from '../resource/table.ts';

/** Ports are told apart by number and protocol; everything else as it comes. */
const OWNED: StructuralSchema = {
  type: 'object',
  'x-kubernetes-preserve-unknown-fields': true,
  properties: {
    spec: {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: {
        selector: {
          type: 'object',
          'x-kubernetes-map-type': 'atomic',
          additionalProperties: { type: 'string' },
        },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port', 'protocol'],
          items: {
            type: 'object',
            'x-kubernetes-preserve-unknown-fields': true,
            properties: { protocol: { type: 'string', default: 'TCP' } },
          },
        },
      },
    },
  },
};

/** Services, with the defaults and the address that the API server gives; nothing routes to them. */
export const services: Resource = {
  group: '',
  version: 'v1',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  kind: 'Service',
  namespaced: true,
  verbs: ['create', 'delete', 'deletecollection', ...EVERY_VERB.slice(2)],
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'] }],
  emptyBody: { spec: {}, status: { loadBalancer: {} } },
  fields: {
    ...METADATA_FIELDS,
    'spec.clusterIP': (service) => specOfService(service).clusterIP,
    'spec.type': (service) => specOfService(service).type,
  },
  watchCache: true,
  table: {
    columns: [
      column('Name', 'name'),
      column('Type'),
      column('Cluster-IP'),
      column('External-IP'),
      column('Port(s)'),
      column('Age'),
    ],
    cells(service, nowMs) {
      const spec = specOfService(service);
      const ports = portsOf(spec).map(({ port, protocol }) => `${String(port)}/${String(protocol)}`);
      return [
        service.metadata.name,
        spec.type,
        spec.clusterIP ?? '<none>',
        spec.externalName ?? '<none>',
        ports.join(',') || '<none>',
        age(service.metadata.creationTimestamp, nowMs),
      ];
    },
  },
  rules: {
    owned: OWNED,
    complete: (service) => ({ ...service, spec: withServiceDefaults(specOfService(service)) }),
    allocate: (service) => ({ ...service, spec: withAddress(specOfService(service), service.metadata.uid) }),
    problems: serviceProblems,
    returnsDeleted: true,
  },
};

function specOfService({ spec }: KubeObject): JsonObject {
  return isObject(spec) ? spec : {};
}

function portsOf({ ports }: JsonObject): readonly JsonObject[] {
  return Array.isArray(ports) ? ports.filter(isObject) : [];
}

function withServiceDefaults(spec: JsonObject): JsonObject {
  const { type = 'ClusterIP', sessionAffinity = 'None' } = spec;
  const ports = portsOf(spec).map((port) => ({ protocol: 'TCP', targetPort: port.port, ...port }));
  return {
    ...spec,
    ...(ports.length === 0 ? {} : { ports }),
    type,
    sessionAffinity,
    ...(type === 'ExternalName' ? {} : { internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster' }),
  };
}

/** An address out of 10.96.0.0/16, made of the UID: the same for as long as the Service lives. */
function withAddress(spec: JsonObject, uid: string): JsonObject {
  if (spec.type === 'ExternalName') return spec;
  const own = `10.96.${Number.parseInt(uid.slice(0, 2), 16)}.${1 + (Number.parseInt(uid.slice(2, 4), 16) % 254)}`;
  const clusterIP = spec.clusterIP ?? own;
  return {
    ...spec,
    clusterIP,
    clusterIPs: spec.clusterIPs ?? [clusterIP],
    ipFamilies: spec.ipFamilies ?? ['IPv4'],
    ipFamilyPolicy: spec.ipFamilyPolicy ?? 'SingleStack',
  };
}

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function serviceProblems(service: KubeObject): readonly FieldProblem[] {
  const spec = specOfService(service);
  const ports = portsOf(spec);
  const isExternal = spec.type === 'ExternalName';
  return [
    ...(TYPES.includes(String(spec.type))
      ? []
      : [invalidValue(['spec', 'type'], spec.type, `must be one of ${TYPES.join(', ')}`)]),
    ...(isExternal && !spec.externalName ? [requiredValue(['spec', 'externalName'])] : []),
    ...(!isExternal && spec.clusterIP !== 'None' && ports.length === 0
      ? [requiredValue(['spec', 'ports'])]
      : []),
    ...ports.flatMap(({ port }, at) =>
      isPort(port)
        ? []
        : [invalidValue(['spec', 'ports', at, 'port'], port ?? 0, 'must be between 1 and 65535, inclusive')],
    ),
  ];
}

function isPort(port: Json): boolean {
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;
}
