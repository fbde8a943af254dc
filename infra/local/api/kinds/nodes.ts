import { nodeStatus } from '../../objects/node.ts';
import { METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { plainTable } from '../resource/table.ts';

/** Nodes come with the cluster and stay; clients only read them. */
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
  fields: METADATA_FIELDS,
  watchCache: true,
  table: plainTable(nodeStatus),
};
