import { timestamp } from '../../ambient/timestamp.ts';
import { isObject } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { Store } from '../../store/store.ts';
import { type ApiAnswer, json } from '../http/api-answer.ts';
import { type ApiRequest, bodyObject, type RequestTarget, targetKey } from '../http/request.ts';
import { conflict, notFound } from '../http/status-error.ts';
import { requestedObjects } from '../read/requested-objects.ts';
import { apiVersion, type Resource, shelfOf } from '../resource/resource.ts';
import { isDryRun } from './write-options.ts';

type Deleting = { readonly store: Store; readonly nowMs: number };

/**
 * DELETE of one object: gone at once, or marked when finalizers hold it.
 *
 * @throws ApiStatusError 404 when there is none, 409 when a precondition does not hold.
 */
export function deleteObject(
  deps: Deleting,
  resource: Resource,
  { target, request }: { target: RequestTarget; request: ApiRequest },
): ApiAnswer {
  const current = deps.store.get(shelfOf(resource), targetKey(target));
  if (!current) throw notFound(resource, target.name ?? '');
  const { preconditions, dryRun } = deleteOptions(request);
  assertPreconditions(resource, current, preconditions);
  if (dryRun) return json(success(resource, current));
  const left = removeOrMark(deps, resource, current);
  return json(left ?? (resource.rules?.returnsDeleted === true ? current : success(resource, current)));
}

/** DELETE of a collection: each of those that the selectors name; the answer is their list. */
export function deleteCollection(
  deps: Deleting,
  resource: Resource,
  { target, request }: { target: RequestTarget; request: ApiRequest },
): ApiAnswer {
  const { dryRun } = deleteOptions(request);
  const matches = requestedObjects(resource, { namespace: target.namespace, query: request.query });
  const items = deps.store.list(shelfOf(resource)).filter(matches);
  if (!dryRun) for (const item of items) removeOrMark(deps, resource, item);
  const metadata = { resourceVersion: String(deps.store.version()) };
  return json({ kind: `${resource.kind}List`, apiVersion: apiVersion(resource), metadata, items });
}

/** @returns what stays of it, held by finalizers; undefined when it is gone. */
export function removeOrMark(
  { store, nowMs }: Deleting,
  resource: Pick<Resource, 'shelf' | 'plural'>,
  current: KubeObject,
): KubeObject | undefined {
  if ((current.metadata.finalizers ?? []).length === 0) {
    store.remove(shelfOf(resource), current);
    return undefined;
  }
  if (current.metadata.deletionTimestamp !== undefined) return current;
  const marks = { deletionTimestamp: timestamp(nowMs), deletionGracePeriodSeconds: 0 };
  const metadata = { ...current.metadata, ...marks };
  return store.put(shelfOf(resource), { ...current, metadata });
}

type Preconditions = { readonly uid?: unknown; readonly resourceVersion?: unknown };

function deleteOptions(request: ApiRequest): { preconditions: Preconditions; dryRun: boolean } {
  const body = request.body.trim() === '' ? {} : bodyObject(request);
  const preconditions = isObject(body.preconditions) ? body.preconditions : {};
  const inBody = Array.isArray(body.dryRun) && body.dryRun.includes('All');
  return { preconditions, dryRun: isDryRun(request.query) || inBody };
}

function assertPreconditions(resource: Resource, { metadata }: KubeObject, wanted: Preconditions): void {
  const { uid, resourceVersion } = wanted;
  const differ = (what: string, given: unknown, found: string) =>
    conflict(
      resource,
      metadata.name,
      `Precondition failed: ${what} in precondition: ${String(given)}, ${what} in object meta: ${found}`,
    );
  if (uid !== undefined && uid !== metadata.uid) throw differ('UID', uid, metadata.uid);
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw differ('ResourceVersion', resourceVersion, metadata.resourceVersion);
}

function success({ group, plural }: Resource, { metadata }: KubeObject): Record<string, unknown> {
  const { name, uid } = metadata;
  const details = { name, ...(group === '' ? {} : { group }), kind: plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
