import type { KubeObject } from '../../objects/kube-object.ts';
import { objectKey, type Store } from '../../store/store.ts';
import { ApiStatusError, alreadyExists, notFound } from '../http/status-error.ts';
import { saysTheSame } from '../ownership/record-ownership.ts';
import { type Resource, shelfOf } from '../resource/resource.ts';

/** The most objects of one kind besides Pods. */
const MAX_OBJECTS = 5000;

/** What etcd takes of one object, in bytes (`--max-request-bytes`). */
const MAX_OBJECT_BYTES = 1.5 * 1024 * 1024;

type Storing = { readonly store: Store; readonly dryRun: boolean };

/**
 * Stores a new object.
 *
 * @returns it as stored; of a dry run as it would be, without a resourceVersion.
 * @throws ApiStatusError 404 without its namespace, 403 in one that is going or when there are too many, 409 when there is one
 *   of that name, 500 when it is too large.
 */
export function insertObject({ store, dryRun }: Storing, resource: Resource, object: KubeObject): KubeObject {
  const { namespace, name } = object.metadata;
  const shelf = shelfOf(resource);
  if (namespace !== undefined) assertLivingNamespace(store, resource, { namespace, name });
  if (store.get(shelf, objectKey(object))) throw alreadyExists(resource, name);
  if (store.size(shelf) >= MAX_OBJECTS) {
    const message = `${resource.plural} is forbidden: exceeded the limit of ${MAX_OBJECTS} of this local cluster`;
    throw new ApiStatusError({ code: 403, reason: 'Forbidden', message, details: { kind: resource.plural } });
  }
  assertFits(object);
  return dryRun ? withoutVersion(object) : store.put(shelf, object);
}

/**
 * Stores what an object has become; what says the same is not stored again. One that was only held by finalizers goes with the
 * last of them.
 */
export function replaceObject(
  { store, dryRun }: Storing,
  resource: Resource,
  { current, next }: { readonly current: KubeObject; readonly next: KubeObject },
): KubeObject {
  if (saysTheSame(next, current)) return current;
  assertFits(next);
  if (dryRun) return next;
  const stored = store.put(shelfOf(resource), next);
  const isFree = (stored.metadata.finalizers ?? []).length === 0;
  return stored.metadata.deletionTimestamp !== undefined && isFree
    ? store.remove(shelfOf(resource), stored)
    : stored;
}

function assertFits(object: KubeObject): void {
  if (Buffer.byteLength(JSON.stringify(object)) <= MAX_OBJECT_BYTES) return;
  throw new ApiStatusError({ code: 500, message: 'etcdserver: request is too large' });
}

function assertLivingNamespace(
  store: Store,
  { plural, group }: Resource,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): void {
  const found = store.get('namespaces', namespace);
  if (!found) throw notFound('namespaces', namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const resource = group === '' ? plural : `${plural}.${group}`;
  const why = `namespace ${namespace} is being terminated`;
  throw new ApiStatusError({
    code: 403,
    reason: 'Forbidden',
    message: `${resource} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    details: {
      name,
      ...(group === '' ? {} : { group }),
      kind: plural,
      causes: [{ reason: 'NamespaceTerminating', message: why, field: 'metadata.namespace' }],
    },
  });
}

function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as KubeObject['metadata'] };
}
