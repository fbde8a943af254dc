import { type AccessRules, isForbidden } from '../http/access-rules.ts';
import { json } from '../http/api-answer.ts';
import { bodyObject } from '../http/request.ts';
import { invalid } from '../http/status-error.ts';
import { METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { plainTable } from '../resource/table.ts';

const KIND = 'SelfSubjectAccessReview';

/**
 * "May I?", answered by the access rules; nothing is stored.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/
 */
export function accessReviews(access: AccessRules): Resource {
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
      return json({ kind: KIND, apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status }, 201);
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
  return !isForbidden(access, { verb, resource, namespace: text('namespace'), name: text('name') });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
