import type { Clock } from '../../../settings/ambient/clock.ts';
import type { Random } from '../ambient/ids.ts';
import { type Answer, json } from './http/answer.ts';
import { type ApiRequest, bodyObject, type Target } from './http/request.ts';
import { alreadyExists, conflict, methodNotAllowed, notFound, StatusError } from './http/status-error.ts';
import { listPage } from './list.ts';
import type { KubeObject } from './objects.ts';
import { applyPatch } from './patch.ts';
import { newMetadata, updatedMetadata } from './pod-admission.ts';
import { apiVersion, type Resource, requestedObjects } from './resource.ts';
import { objectKey, type Store } from './store.ts';
import { toTable, wantsTable } from './table.ts';
import type { Watches } from './watch.ts';

/** The most objects of one kind besides Pods; the oldest Events make room for new ones, other kinds are refused. */
const MAX_OBJECTS = 5000;

export type HandlerDeps = { store: Store; watches: Watches; clock: Clock; random: Random };

/** GET of one object, list, or watch: the same for every kind. */
export function readObjects(
  deps: HandlerDeps,
  resource: Resource,
  target: Target,
  request: ApiRequest,
): Answer {
  const { store, watches, clock } = deps;
  const { query, accept } = request;
  const table = wantsTable(accept);
  const watch = ['true', '1'].includes(query.get('watch') ?? '');
  if (target.name !== undefined && !watch) {
    const found = store.get(resource.plural, targetKey(target));
    if (!found) throw notFound(resource.plural, target.name);
    return json(
      table ? asTable(deps, resource, [found], { resourceVersion: found.metadata.resourceVersion }) : found,
    );
  }
  const matches = requestedObjects(resource, { ...target, query });
  if (watch) {
    return {
      kind: 'stream',
      open: (response) => watches.serve(response, { resource, matches, query, table }),
    };
  }
  const { items, metadata } = listPage(store, resource.plural, matches, query);
  if (table) return json(toTable(resource.table, items, { metadata, nowMs: clock.nowMs(), columns: true }));
  // Inside a list the items carry neither kind nor apiVersion, as recorded.
  const bare = items.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest);
  return json({ kind: `${resource.kind}List`, apiVersion: apiVersion(resource), metadata, items: bare });
}

/** POST, PUT, PATCH, DELETE for kinds without rules of their own (Events, Namespaces, Leases). */
export function writeObject(
  deps: HandlerDeps,
  resource: Resource,
  target: Target,
  request: ApiRequest,
): Answer {
  const { store } = deps;
  if (target.subresource !== undefined) throw methodNotAllowed();
  if (request.method === 'POST') return json(createObject(deps, resource, target, bodyObject(request)), 201);
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
 * @throws StatusError 409 in the API server's own words.
 */
function assertUnchanged(
  { group, plural }: Resource,
  current: KubeObject,
  body: Record<string, unknown>,
): void {
  const { resourceVersion } = (body.metadata ?? {}) as { resourceVersion?: unknown };
  if (resourceVersion === undefined || resourceVersion === '') return;
  if (resourceVersion === current.metadata.resourceVersion) return;
  throw conflict(
    group === '' ? plural : `${plural}.${group}`,
    current.metadata.name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}

function createObject(
  { store, clock, random }: HandlerDeps,
  resource: Resource,
  target: Target,
  body: Record<string, unknown>,
): KubeObject {
  const namespace = resource.namespaced ? target.namespace : undefined;
  const metadata = newMetadata(resource.kind, body, { namespace, nowMs: clock.nowMs(), random });
  const object: KubeObject = { ...resourceDefaults(resource), ...body, ...identity(resource), metadata };
  if (namespace !== undefined && !store.get('namespaces', namespace)) throw notFound('namespaces', namespace);
  if (store.get(resource.plural, objectKey(object))) throw alreadyExists(resource.plural, metadata.name);
  if (store.size(resource.plural) >= MAX_OBJECTS) {
    const message = `${resource.plural} is forbidden: exceeded the limit of ${MAX_OBJECTS} of this local cluster`;
    throw new StatusError({ code: 403, reason: 'Forbidden', message, details: { kind: resource.plural } });
  }
  return store.put(resource.plural, object);
}

function resourceDefaults(resource: Resource): Record<string, unknown> {
  if (resource.kind !== 'Namespace') return resource.emptyBody;
  return { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
}

function identity(resource: Resource): { kind: string; apiVersion: string } {
  return { kind: resource.kind, apiVersion: apiVersion(resource) };
}

function asTable(
  { clock }: HandlerDeps,
  { table }: Resource,
  objects: KubeObject[],
  metadata: Record<string, unknown>,
) {
  return toTable(table, objects, { metadata, nowMs: clock.nowMs(), columns: true });
}

function targetKey({ namespace, name = '' }: Target): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
