import { EVERY_VERB, fieldOf, METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { plainTable } from '../resource/table.ts';

/** Who leads, and until when. */
export const leases: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  singular: 'lease',
  shortNames: [],
  kind: 'Lease',
  namespaced: true,
  verbs: EVERY_VERB,
  subresources: [],
  emptyBody: { spec: {} },
  fields: METADATA_FIELDS,
  watchCache: true,
  table: plainTable((lease) => String(fieldOf(lease, 'spec', 'holderIdentity') ?? '')),
};
