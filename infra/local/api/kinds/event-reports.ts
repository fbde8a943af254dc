import { isObject } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import { type FieldProblem, invalidValue, requiredValue } from '../../schema/field-problem.ts';
import type { StructuralSchema } from '../../schema/structural-schema.ts';
import type { ApiAnswer } from '../http/api-answer.ts';
import { METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { plainTable } from '../resource/table.ts';
import { type WriteDeps, writeObject } from '../write/write-object.ts';
import { isDryRun } from '../write/write-options.ts';
import { events } from './events.ts';

const REFERENCE: StructuralSchema = { type: 'object', 'x-kubernetes-map-type': 'atomic' };

/** What an Event is about is owned as a whole. */
const OWNED: StructuralSchema = {
  type: 'object',
  'x-kubernetes-preserve-unknown-fields': true,
  properties: { regarding: REFERENCE, related: REFERENCE },
};

const REQUIRED = ['eventTime', 'reportingController', 'reportingInstance', 'action', 'reason'];

/**
 * Events in the form of `events.k8s.io/v1`, which is only written: they are kept, and read, as core Events.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function eventReports(deps: WriteDeps): Resource {
  const resource: Resource = {
    group: 'events.k8s.io',
    version: 'v1',
    plural: 'events',
    singular: 'event',
    shortNames: ['ev'],
    kind: 'Event',
    namespaced: true,
    verbs: ['create'],
    subresources: [],
    emptyBody: {
      eventTime: null,
      deprecatedSource: {},
      deprecatedFirstTimestamp: null,
      deprecatedLastTimestamp: null,
    },
    fields: METADATA_FIELDS,
    watchCache: false,
    table: plainTable(() => ''),
    shelf: 'events',
    rules: {
      owned: OWNED,
      problems: reportProblems,
    },
    write(target, request): ApiAnswer {
      const query = new URLSearchParams(request.query);
      query.set('dryRun', 'All');
      const answer = writeObject(deps, resource, { target, request: { ...request, query } });
      if (isDryRun(request.query) || answer.kind !== 'json') return answer;
      const reported = answer.body as KubeObject;
      const { resourceVersion } = deps.store.put('events', asCoreEvent(reported)).metadata;
      return { ...answer, body: { ...reported, metadata: { ...reported.metadata, resourceVersion } } };
    },
  };
  return resource;
}

function asCoreEvent(report: KubeObject): KubeObject {
  const { regarding, note, reportingController, deprecatedSource, ...rest } = report;
  const { deprecatedFirstTimestamp, deprecatedLastTimestamp, deprecatedCount, ...event } = rest;
  return {
    ...event,
    kind: events.kind,
    apiVersion: events.version,
    involvedObject: regarding ?? {},
    message: note ?? '',
    source: deprecatedSource ?? {},
    firstTimestamp: deprecatedFirstTimestamp ?? null,
    lastTimestamp: deprecatedLastTimestamp ?? null,
    ...(deprecatedCount === undefined ? {} : { count: deprecatedCount }),
    reportingComponent: reportingController ?? '',
    reportingInstance: report.reportingInstance ?? '',
  };
}

function reportProblems(report: KubeObject): readonly FieldProblem[] {
  const { namespace } = isObject(report.regarding) ? report.regarding : {};
  return [
    ...REQUIRED.filter((name) => !report[name]).map((name) => requiredValue([name])),
    ...(report.type === 'Normal' || report.type === 'Warning'
      ? []
      : [invalidValue(['type'], report.type ?? '', '')]),
    ...(namespace === undefined || namespace === report.metadata.namespace
      ? []
      : [invalidValue(['involvedObject', 'namespace'], namespace, 'does not match event.namespace')]),
  ];
}
