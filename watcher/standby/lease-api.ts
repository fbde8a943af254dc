import type { Clock } from '../../settings/ambient/clock.ts';
import { withDeadline } from '../../settings/ambient/deadline.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { classifyStatus } from '../source/api/api-status.ts';
import { canI, type Permission } from '../source/api/permission.ts';
import { readAnswerBody } from '../source/api/read-answer-body.ts';
import type { ClusterAccess, ClusterRequest } from '../source/cluster/cluster-access.ts';
import { type LeaseRecord, readLease } from './lease-record.ts';

export type LeaseAnswer =
  | { readonly kind: 'lease'; readonly lease: LeaseRecord }
  | { readonly kind: 'absent' }
  /** Somebody else has written it meanwhile. */
  | { readonly kind: 'conflict' }
  /** `message`: one sentence for people. */
  | { readonly kind: 'failed'; readonly message: string };

/** One Lease of the cluster. No call rejects, and each ends within the deadline. */
export interface LeaseApi {
  read(): Promise<LeaseAnswer>;
  create(lease: Readonly<Record<string, unknown>>): Promise<LeaseAnswer>;
  /** Replaces the Lease, unless it has changed since `lease` was read. */
  replace(lease: Readonly<Record<string, unknown>>): Promise<LeaseAnswer>;
}

export type LeaseAddress = { readonly namespace: string; readonly name: string };

/** etcd keeps no larger object. */
const MOST_BYTES = 2 * 1024 * 1024;

/** @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
export function createLeaseApi(
  { cluster, clock, deadlineMs }: { cluster: ClusterAccess; clock: Clock; deadlineMs: number },
  { namespace, name }: LeaseAddress,
): LeaseApi {
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
  const object = `${collection}/${encodeURIComponent(name)}`;

  async function call(
    verb: string,
    path: string,
    write?: NonNullable<ClusterRequest['write']>,
  ): Promise<LeaseAnswer> {
    const late = () => new Error(`${cluster.server} did not answer within ${deadlineMs / 1000} s`);
    try {
      return await withDeadline(clock, { ms: deadlineMs, overdue: late }, async (signal) => {
        const response = await cluster.request(path, write ? { signal, write } : { signal });
        const body = await readAnswerBody(response.body, MOST_BYTES);
        return interpret(verb, response.status, body.kind === 'json' ? body.value : null);
      });
    } catch (error) {
      return failed(messageOf(error));
    }
  }

  function interpret(verb: string, status: number, body: unknown): LeaseAnswer {
    if (status === 404 && verb === 'get') return { kind: 'absent' };
    if (status === 409 || (status === 404 && verb === 'update')) return { kind: 'conflict' };
    if (status < 200 || status > 299) {
      const { kind, message } = classifyStatus(status, body);
      return failed(kind === 'forbidden' ? `${message} (${grant(verb, { namespace, name })})` : message);
    }
    const lease = readLease(body);
    return lease === null
      ? failed('the API server answered with something that is no Lease')
      : { kind: 'lease', lease };
  }

  return {
    read: () => call('get', object),
    create: (body) => call('create', collection, { method: 'POST', body }),
    replace: (body) => call('update', object, { method: 'PUT', body }),
  };
}

function failed(message: string): LeaseAnswer {
  return { kind: 'failed', message };
}

/** What taking part in the election needs, the verb left open; `create` cannot be limited to a name. */
export function leasePermission(verb: string, { namespace, name }: LeaseAddress): Permission {
  const object = verb === 'create' ? null : name;
  return {
    verb,
    group: 'coordination.k8s.io',
    resource: 'leases',
    namespaced: true,
    namespace,
    name: object,
  };
}

function grant(verb: string, address: LeaseAddress): string {
  return (
    `check with: ${canI(leasePermission(verb, address))} ` +
    '(as the same identity), and grant get, create and update on leases in a Role'
  );
}
