import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { Random } from '../../ambient/ids.ts';
import type { JsonObject } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { Store } from '../../store/store.ts';
import type { ApiAnswer } from '../http/api-answer.ts';
import { type ApiRequest, bodyObject, type RequestTarget, targetKey } from '../http/request.ts';
import { methodNotAllowed, noSuchPath, notFound } from '../http/status-error.ts';
import { type Resource, shelfOf } from '../resource/resource.ts';
import { changeObject } from './change-object.ts';
import { createObject } from './create-object.ts';
import { decodeBody } from './decode-body.ts';
import { deleteCollection, deleteObject } from './delete-object.ts';
import { APPLY, appliedObject } from './patch/apply-patch.ts';
import { type WriteOptions, writeOptions } from './write-options.ts';

export type WriteDeps = { store: Store; clock: Clock; random: Random };

/** POST, PUT, PATCH, DELETE, the same for every kind but for its rules. @throws ApiStatusError for what is refused. */
export function writeObject(
  deps: WriteDeps,
  resource: Resource,
  asked: { target: RequestTarget; request: ApiRequest },
): ApiAnswer {
  const { target, request } = asked;
  const part = partOf(resource, target);
  if (request.method === 'DELETE' && part === 'object') {
    const deleting = { store: deps.store, nowMs: deps.clock.nowMs() };
    return (target.name === undefined ? deleteCollection : deleteObject)(deleting, resource, asked);
  }
  const options = writeOptions(request);
  if (request.method === 'POST') {
    if (target.name !== undefined) throw methodNotAllowed();
    return answer(createFrom(deps, resource, { target, body: bodyObject(request), options }), 201);
  }
  if (target.name === undefined || !['PUT', 'PATCH'].includes(request.method)) throw methodNotAllowed();
  const current = deps.store.get(shelfOf(resource), targetKey(target));
  if (current) return answer(changeObject(deps, resource, { current, request, options, part }), 200);
  if (request.contentType !== APPLY || part !== 'object') throw notFound(resource, target.name);
  const applied = appliedObject(request.body);
  return answer(createFrom(deps, resource, { target, body: applied, options }), 201);
}

type Written = { readonly object: KubeObject; readonly warnings: readonly string[] };

function answer({ object, warnings }: Written, code: number): ApiAnswer {
  return { kind: 'json', code, body: object, warnings };
}

function partOf({ subresources }: Resource, { subresource }: RequestTarget): 'object' | 'status' {
  if (subresource === undefined) return 'object';
  if (!subresources.some(({ name }) => name === subresource)) throw noSuchPath();
  if (subresource === 'status') return 'status';
  throw methodNotAllowed();
}

function createFrom(
  deps: WriteDeps,
  resource: Resource,
  { target, body, options }: { target: RequestTarget; body: JsonObject; options: WriteOptions },
): Written {
  const isApply = target.name !== undefined;
  const named = isApply ? { ...body, metadata: { ...(body.metadata ?? {}), name: target.name } } : body;
  const { value, warnings } = decodeBody(resource, named, { validation: options.validation, isPatch: false });
  const object = createObject(deps, resource, {
    target,
    body: value,
    options,
    applied: isApply ? named : undefined,
  });
  return { object, warnings };
}
