import type { Pod } from '../../objects/pod.ts';
import { type ApiAnswer, json } from '../http/api-answer.ts';
import { type ApiRequest, bodyObject, type RequestTarget } from '../http/request.ts';
import { ApiStatusError, methodNotAllowed, notFound } from '../http/status-error.ts';
import { applyPatch } from '../write/patch/apply-patch.ts';
import { parseDeleteOptions, readDeleteOptions } from './delete-options.ts';
import type { PodRegistry } from './pod-registry.ts';
import type { PodPart } from './pod-update.ts';

/** What the API server asks the kubelet for. */
export interface ContainerLogs {
  /** What a container has printed, oldest first; undefined when it has never run. */
  read(pod: Pod, container: string, previous: boolean): string | undefined;
}

export type PodHandlerDeps = { pods: PodRegistry; logs: ContainerLogs };

/** Everything on Pods that is not a plain read. */
export function writePod({ pods }: PodHandlerDeps, target: RequestTarget, request: ApiRequest): ApiAnswer {
  const { namespace, name, subresource } = target;
  if (request.method === 'POST' && name === undefined && namespace !== undefined) {
    return json(pods.create(namespace, bodyObject(request)), 201);
  }
  if (namespace === undefined || name === undefined) throw methodNotAllowed();
  if (subresource === 'eviction') return evict(pods, { namespace, name }, request);
  if (request.method === 'DELETE' && subresource === undefined) {
    return json(pods.remove(namespace, name, readDeleteOptions(request)));
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

function evict(
  pods: PodRegistry,
  { namespace, name }: { namespace: string; name: string },
  request: ApiRequest,
): ApiAnswer {
  if (request.method !== 'POST') throw methodNotAllowed();
  const { deleteOptions: options } = bodyObject(request);
  pods.evict(namespace, name, parseDeleteOptions(options));
  return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
}

function updatedPart(subresource: string | undefined): PodPart {
  if (subresource === undefined) return 'pod';
  if (subresource === 'status' || subresource === 'ephemeralcontainers') return subresource;
  throw new ApiStatusError({
    code: 404,
    reason: 'NotFound',
    message: `the local cluster has no subresource "${subresource}" of pods; it has status, eviction, ephemeralcontainers, log`,
    details: {},
  });
}
