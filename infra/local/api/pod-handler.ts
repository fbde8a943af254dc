import { type Answer, json } from './http/answer.ts';
import { type ApiRequest, bodyObject, type Target } from './http/request.ts';
import { badRequest, methodNotAllowed, notFound, StatusError } from './http/status-error.ts';
import type { Pod } from './objects.ts';
import { applyPatch } from './patch.ts';
import type { DeleteOptions, PodRegistry, PodUpdate } from './pod-registry.ts';

/** What the API server asks the kubelet for. */
export interface ContainerLogs {
  /** What a container has printed, oldest first; undefined when it has never run. */
  read(pod: Pod, container: string, previous: boolean): string | undefined;
}

export type PodHandlerDeps = { pods: PodRegistry; logs: ContainerLogs };

/** Everything on Pods that is not a plain read. */
export function writePod({ pods }: PodHandlerDeps, target: Target, request: ApiRequest): Answer {
  const { namespace, name, subresource } = target;
  if (request.method === 'POST' && name === undefined && namespace !== undefined) {
    return json(pods.create(namespace, bodyObject(request)), 201);
  }
  if (namespace === undefined || name === undefined) throw methodNotAllowed();
  if (subresource === 'eviction') return evict(pods, namespace, name, request);
  if (request.method === 'DELETE' && subresource === undefined) {
    return json(pods.remove(namespace, name, deleteOptions(request)));
  }
  const current = pods.find(namespace, name);
  const isApply = request.contentType === 'application/apply-patch+yaml';
  if (!current && isApply)
    return json(pods.create(namespace, applyPatch({}, request.contentType, request.body)), 201);
  if (!current) throw notFound('pods', name);
  const part = updatedPart(subresource);
  switch (request.method) {
    case 'PUT':
      return json(pods.update(current, bodyObject(request), part));
    case 'PATCH':
      return json(pods.update(current, applyPatch(current, request.contentType, request.body), part));
    default:
      throw methodNotAllowed();
  }
}

/**
 * The `log` subresource: what the container printed so far, as plain text. `follow` ends at once.
 *
 * @throws StatusError 400 when the container is not named or has not run, 404 when it does not exist.
 */
export function readLog({ pods, logs }: PodHandlerDeps, target: Target, { query }: ApiRequest): Answer {
  const name = target.name ?? '';
  const pod = pods.get(target.namespace ?? '', name);
  const { containers, initContainers, ephemeralContainers } = pod.spec;
  const names = [...containers, ...(initContainers ?? []), ...(ephemeralContainers ?? [])].map(
    (one) => one.name,
  );
  const asked = query.get('container') || (containers.length === 1 ? containers[0]?.name : undefined);
  if (asked === undefined) {
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`,
    );
  }
  if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`);
  const body = logs.read(pod, asked, query.get('previous') === 'true');
  if (body === undefined) {
    throw badRequest(`container "${asked}" in pod "${name}" is waiting to start: ContainerCreating`);
  }
  return { kind: 'text', body };
}

function evict(pods: PodRegistry, namespace: string, name: string, request: ApiRequest): Answer {
  if (request.method !== 'POST') throw methodNotAllowed();
  const { deleteOptions: options } = bodyObject(request);
  pods.evict(namespace, name, parseDeleteOptions(options));
  return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
}

function updatedPart(subresource: string | undefined): PodUpdate {
  if (subresource === undefined) return 'pod';
  if (subresource === 'status' || subresource === 'ephemeralcontainers') return subresource;
  throw new StatusError({
    code: 404,
    reason: 'NotFound',
    message: `the local cluster has no subresource "${subresource}" of pods; it has status, eviction, ephemeralcontainers, log`,
    details: {},
  });
}

/** Options of a DELETE, out of the query and the DeleteOptions body; the body wins. */
function deleteOptions(request: ApiRequest): DeleteOptions {
  const body = request.body.trim() === '' ? {} : parseDeleteOptions(bodyObject(request));
  const text = request.query.get('gracePeriodSeconds');
  return { ...(text === null ? {} : { gracePeriodSeconds: graceSeconds(Number(text)) }), ...body };
}

function parseDeleteOptions(value: unknown): DeleteOptions {
  if (typeof value !== 'object' || value === null) return {};
  const { gracePeriodSeconds, preconditions } = value as {
    gracePeriodSeconds?: unknown;
    preconditions?: unknown;
  };
  const { uid } = (preconditions ?? {}) as { uid?: unknown };
  return {
    ...(gracePeriodSeconds === undefined || gracePeriodSeconds === null
      ? {}
      : { gracePeriodSeconds: graceSeconds(gracePeriodSeconds) }),
    ...(typeof uid === 'string' ? { uid } : {}),
  };
}

function graceSeconds(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 10_000_000)
    return value;
  throw badRequest('gracePeriodSeconds must be a whole number of seconds, 0 or more');
}
