import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { Random } from '../../ambient/ids.ts';
import { timestamp } from '../../ambient/timestamp.ts';
import { type JsonObject, jsonCopy } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { Store } from '../../store/store.ts';
import type { RequestTarget } from '../http/request.ts';
import { writeManagers } from '../ownership/managers.ts';
import { ownable, ownersAfterApply, ownersAfterUpdate } from '../ownership/record-ownership.ts';
import { apiVersion, type Resource } from '../resource/resource.ts';
import { assertDeclared } from './assert-declared.ts';
import { newMetadata } from './object-metadata.ts';
import { refuseProblems } from './refuse-problems.ts';
import { insertObject } from './store-object.ts';
import type { WriteOptions } from './write-options.ts';

type Created = {
  readonly target: RequestTarget;
  readonly body: JsonObject;
  readonly options: WriteOptions;
  /** What is applied, where the object comes to be by server-side apply. */
  readonly applied: JsonObject | undefined;
};

/** A new object out of what a client sent: its status is the server's. @throws ApiStatusError for what is refused. */
export function createObject(
  { store, clock, random }: { store: Store; clock: Clock; random: Random },
  resource: Resource,
  { target, body, options, applied }: Created,
): KubeObject {
  const { rules = {}, subresources, emptyBody, newBody = emptyBody } = resource;
  const namespace = resource.namespaced ? target.namespace : undefined;
  if (applied !== undefined) assertDeclared(resource, applied, target);
  const nowMs = clock.nowMs();
  const metadata = newMetadata(resource.kind, body, { namespace, nowMs, random });
  const { status, ...asked } = body;
  const isOwn = subresources.some(({ name }) => name === 'status') || status === undefined;
  const made: KubeObject = {
    ...newBody,
    ...asked,
    ...(isOwn ? {} : { status }),
    kind: resource.kind,
    apiVersion: apiVersion(resource),
    metadata: {
      ...metadata,
      managedFields: undefined,
      ...(rules.countsGenerations === true ? { generation: 1 } : {}),
    },
  };
  const complete = jsonCopy(rules.complete?.(made, undefined) ?? made);
  const owned = withOwners(resource, complete, { options, applied, nowMs });
  const object = rules.allocate?.(owned) ?? owned;
  refuseProblems(resource, metadata.name, rules.problems?.(object, undefined) ?? []);
  return insertObject({ store, dryRun: options.dryRun }, resource, object);
}

function withOwners(
  { rules, emptyBody, ...resource }: Resource,
  object: KubeObject,
  { options, applied, nowMs }: Pick<Created, 'options' | 'applied'> & { readonly nowMs: number },
): KubeObject {
  if (rules?.owned === undefined) return object;
  const operation = applied === undefined ? 'Update' : 'Apply';
  const identity = {
    manager: options.manager,
    operation,
    apiVersion: apiVersion(resource),
    subresource: undefined,
  } as const;
  const writer = { identity, time: timestamp(nowMs) };
  const change = { before: jsonCopy(emptyBody), after: ownable(object, ['status']), managers: [] };
  const managers =
    applied === undefined
      ? ownersAfterUpdate(rules.owned, change, writer)
      : ownersAfterApply(
          rules.owned,
          { ...change, applied: ownable(applied, ['status']) },
          { ...writer, force: true },
        );
  const managedFields = writeManagers(managers);
  return { ...object, metadata: { ...object.metadata, ...(managedFields && { managedFields }) } };
}
