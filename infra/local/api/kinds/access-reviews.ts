import type { Clock } from '../../../../settings/ambient/clock.ts';
import { timestamp } from '../../ambient/timestamp.ts';
import { type AccessRules, isForbidden } from '../http/access-rules.ts';
import { json } from '../http/api-answer.ts';
import { bodyObject } from '../http/request.ts';
import { invalid } from '../http/status-error.ts';
import { writeManagers } from '../ownership/managers.ts';
import { ownersAfterUpdate } from '../ownership/record-ownership.ts';
import { METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { plainTable } from '../resource/table.ts';
import { writeOptions } from '../write/write-options.ts';

const KIND = 'SelfSubjectAccessReview';
const VERSION = 'authorization.k8s.io/v1';

/**
 * "May I?", answered by the access rules; nothing is stored.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/
 */
export function accessReviews(access: AccessRules, clock: Clock): Resource {
  return {
    group: 'authorization.k8s.io',
    version: 'v1',
    plural: 'selfsubjectaccessreviews',
    singular: 'selfsubjectaccessreview',
    shortNames: [],
    kind: KIND,
    namespaced: false,
    verbs: ['create'],
    subresources: [],
    emptyBody: { spec: {}, status: { allowed: false } },
    fields: METADATA_FIELDS,
    watchCache: false,
    table: plainTable(() => ''),
    write(_, request) {
      const { spec } = bodyObject(request);
      const status = { allowed: isAllowed(access, attributesOf(spec)) };
      const { manager } = writeOptions(request);
      const metadata = { managedFields: ownersOf(spec, manager, timestamp(clock.nowMs())) };
      return json({ kind: KIND, apiVersion: VERSION, metadata, spec, status }, 201);
    },
  };
}

/** Which verb on which resource; null for a path that is no resource, which nobody is kept from. */
function attributesOf(spec: unknown): Record<string, unknown> | null {
  const { resourceAttributes, nonResourceAttributes } = isRecord(spec) ? spec : {};
  if (isRecord(resourceAttributes) === isRecord(nonResourceAttributes)) {
    const problem = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    throw invalid(KIND, '', `spec.resourceAttributes: Invalid value: ${problem}`);
  }
  return isRecord(resourceAttributes) ? resourceAttributes : null;
}

function isAllowed(access: AccessRules, attributes: Record<string, unknown> | null): boolean {
  if (attributes === null) return true;
  const text = (name: string) => (attributes[name] === undefined ? undefined : String(attributes[name]));
  const { verb = '', resource = '' } = { verb: text('verb'), resource: text('resource') };
  const part = text('subresource');
  return !isForbidden(access, {
    verb,
    resource: part === undefined || part === '' ? resource : `${resource}/${part}`,
    group: text('group') ?? '',
    namespace: text('namespace'),
    name: text('name'),
  });
}

function ownersOf(spec: unknown, manager: string, time: string) {
  const identity = { manager, operation: 'Update', apiVersion: VERSION, subresource: undefined } as const;
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const change = { before: { spec: {} }, after: { spec }, managers: [] };
  return writeManagers(ownersAfterUpdate(schema, change, { identity, time }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
