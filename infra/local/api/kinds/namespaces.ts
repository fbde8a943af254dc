import { fieldOf, METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { plainTable } from '../resource/table.ts';

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
  newBody: { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
  fields: METADATA_FIELDS,
  watchCache: true,
  table: plainTable((namespace) => String(fieldOf(namespace, 'status', 'phase') ?? '')),
};
