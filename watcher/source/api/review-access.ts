import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import type { ClusterAccess } from '../cluster/cluster-access.ts';
import { classifyStatus } from './api-status.ts';
import type { Permission } from './permission.ts';
import { readAnswerBody } from './read-answer-body.ts';

/** `reason`: why the API server allows it, in its own words; often none. */
type AccessReview =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied'; readonly reason: string | null }
  /** It could not be asked. `message`: one sentence for people. */
  | { readonly kind: 'unknown'; readonly message: string };

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const MOST_BYTES = 64 * 1024;

/**
 * Asks the API server whether the identity that asks has a permission. It is a POST, but nothing is stored.
 *
 * @param signal the deadline; its reason is thrown.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/
 */
export async function reviewAccess(
  cluster: ClusterAccess,
  permission: Permission,
  signal: AbortSignal,
): Promise<AccessReview> {
  try {
    const write = { method: 'POST', body: reviewOf(permission) } as const;
    const { status, body } = await cluster.request(PATH, { signal, write });
    const read = await readAnswerBody(body, MOST_BYTES);
    return interpret(status, read.kind === 'json' ? read.value : null);
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'unknown', message: messageOf(error) };
  }
}

function reviewOf({ verb, group, resource, subresource, namespace, name }: Permission) {
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    spec: {
      resourceAttributes: {
        verb,
        resource,
        ...(subresource !== undefined && { subresource }),
        ...(group !== '' && { group }),
        ...(namespace !== null && { namespace }),
        ...(name !== null && { name }),
      },
    },
  };
}

function interpret(httpStatus: number, body: unknown): AccessReview {
  if (httpStatus < 200 || httpStatus > 299)
    return { kind: 'unknown', message: classifyStatus(httpStatus, body).message };
  const status = isRecord(body) && isRecord(body.status) ? body.status : {};
  if (status.allowed === true) return { kind: 'allowed' };
  if (status.allowed === false)
    return { kind: 'denied', reason: text(status.reason) ?? text(status.evaluationError) };
  return { kind: 'unknown', message: 'the API server answered with something that is no access review' };
}
