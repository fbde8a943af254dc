import { EVERY_VERB, fieldOf, METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { age, column, type TableFormat } from '../resource/table.ts';

/** `kubectl get events`: LAST SEEN TYPE REASON OBJECT MESSAGE. */
const table: TableFormat = {
  columns: [column('Last Seen'), column('Type'), column('Reason'), column('Object'), column('Message')],
  cells(event, nowMs) {
    const seen = String(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp);
    const object = event.involvedObject as { kind?: string; name?: string } | undefined;
    return [
      age(seen, nowMs),
      event.type,
      event.reason,
      `${object?.kind?.toLowerCase()}/${object?.name}`,
      event.message,
    ];
  },
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
  verbs: EVERY_VERB,
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
    ...METADATA_FIELDS,
    'involvedObject.kind': (event) => fieldOf(event, 'involvedObject', 'kind'),
    'involvedObject.namespace': (event) => fieldOf(event, 'involvedObject', 'namespace'),
    'involvedObject.name': (event) => fieldOf(event, 'involvedObject', 'name'),
    'involvedObject.uid': (event) => fieldOf(event, 'involvedObject', 'uid'),
    'involvedObject.fieldPath': (event) => fieldOf(event, 'involvedObject', 'fieldPath'),
    reason: (event) => event.reason,
    type: (event) => event.type,
    reportingComponent: (event) => event.reportingComponent,
  },
  watchCache: false,
  table,
};
