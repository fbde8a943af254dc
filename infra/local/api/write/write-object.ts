import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { Random } from '../../ambient/ids.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import { objectKey, type Store } from '../../store/store.ts';
import { type ApiAnswer, json } from '../http/api-answer.ts';
import { type ApiRequest, bodyObject, type RequestTarget, targetKey } from '../http/request.ts';
import {
  ApiStatusError,
  alreadyExists,
  methodNotAllowed,
  modifiedSince,
  notFound,
} from '../http/status-error.ts';
import { apiVersion, type Resource } from '../resource/resource.ts';
import { newMetadata, updatedMetadata } from './object-metadata.ts';
import { applyPatch } from './patch/apply-patch.ts';

/** The most objects of one kind besides Pods; the oldest Events make room for new ones, other kinds are refused. */
const MAX_OBJECTS = 5000;

export type WriteDeps = { store: Store; clock: Clock; random: Random };

/** POST, PUT, PATCH, DELETE for kinds without rules of their own. @throws ApiStatusError for what is refused. */
export function writeObject(
  deps: WriteDeps,
  resource: Resource,
  { target, request }: { target: RequestTarget; request: ApiRequest },
): ApiAnswer {
  const { store } = deps;
  if (target.subresource !== undefined) throw methodNotAllowed();
  if (request.method === 'POST') {
    return json(createObject(deps, resource, { target, body: bodyObject(request) }), 201);
  }
  const current = store.get(resource.plural, targetKey(target));
  if (!current) throw notFound(resource.plural, target.name ?? '');
  if (request.method === 'DELETE') return json(store.remove(resource.plural, current));
  const body =
    request.method === 'PATCH' ? applyPatch(current, request.contentType, request.body) : bodyObject(request);
  assertUnchanged(resource, current, body);
  const next = { ...body, ...identity(resource), metadata: updatedMetadata(current, body) };
  return json(store.put(resource.plural, next));
}

/**
 * Optimistic locking: a write that names a resourceVersion is refused when the object has changed since.
 *
 * @throws ApiStatusError 409 in the API server's own words.
 */
function assertUnchanged(
  { group, plural }: Resource,
  current: KubeObject,
  body: Record<string, unknown>,
): void {
  const { resourceVersion } = (body.metadata ?? {}) as { resourceVersion?: unknown };
  if (resourceVersion === undefined || resourceVersion === '') return;
  if (resourceVersion === current.metadata.resourceVersion) return;
  throw modifiedSince(group === '' ? plural : `${plural}.${group}`, current.metadata.name);
}

function createObject(
  { store, clock, random }: WriteDeps,
  resource: Resource,
  { target, body }: { target: RequestTarget; body: Record<string, unknown> },
): KubeObject {
  const startsWith = resource.newBody ?? resource.emptyBody;
  const namespace = resource.namespaced ? target.namespace : undefined;
  const metadata = newMetadata(resource.kind, body, { namespace, nowMs: clock.nowMs(), random });
  const object: KubeObject = { ...startsWith, ...body, ...identity(resource), metadata };
  if (namespace !== undefined && !store.get('namespaces', namespace)) throw notFound('namespaces', namespace);
  if (store.get(resource.plural, objectKey(object))) throw alreadyExists(resource.plural, metadata.name);
  if (store.size(resource.plural) >= MAX_OBJECTS) {
    const message = `${resource.plural} is forbidden: exceeded the limit of ${MAX_OBJECTS} of this local cluster`;
    throw new ApiStatusError({ code: 403, reason: 'Forbidden', message, details: { kind: resource.plural } });
  }
  return store.put(resource.plural, object);
}

function identity(resource: Resource): { kind: string; apiVersion: string } {
  return { kind: resource.kind, apiVersion: apiVersion(resource) };
}
