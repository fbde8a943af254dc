import type { Clock } from '../../../../settings/ambient/clock.ts';
import { timestamp } from '../../ambient/timestamp.ts';
import { equalJson, type JsonObject, jsonCopy } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { Store } from '../../store/store.ts';
import { type ApiRequest, bodyObject } from '../http/request.ts';
import { ApiStatusError, badRequest, modifiedSince } from '../http/status-error.ts';
import { type Manager, writeManagers } from '../ownership/managers.ts';
import {
  applyConfiguration,
  ownable,
  ownersAfterApply,
  ownersAfterUpdate,
} from '../ownership/record-ownership.ts';
import { apiVersion, type Resource } from '../resource/resource.ts';
import { assertDeclared } from './assert-declared.ts';
import { decodeBody } from './decode-body.ts';
import { updatedMetadata } from './object-metadata.ts';
import { APPLY, appliedObject, applyPatch, STRATEGIC_MERGE, unknownPatch } from './patch/apply-patch.ts';
import { newProblems, refuseProblems } from './refuse-problems.ts';
import { replaceObject } from './store-object.ts';
import type { WriteOptions } from './write-options.ts';

type Change = {
  readonly current: KubeObject;
  readonly request: ApiRequest;
  readonly options: WriteOptions;
  readonly part: 'object' | 'status';
};

/** What a client wants an object to be. `applied`: what it applies, where it does. */
type Wanted = {
  readonly body: JsonObject;
  readonly applied?: JsonObject;
  readonly warnings: readonly string[];
};

/** PUT and PATCH, of an object or of its status. @throws ApiStatusError for what is refused. */
export function changeObject(
  { store, clock }: { store: Store; clock: Clock },
  resource: Resource,
  change: Change,
): { readonly object: KubeObject; readonly warnings: readonly string[] } {
  const { current, options } = change;
  const { rules = {} } = resource;
  const { body, applied, warnings } = wantedObject(resource, change);
  assertSameObject(resource, change, body);
  const complete = completed(resource, change, body);
  const next = withOwners(resource, complete, { ...change, applied, nowMs: clock.nowMs() });
  const problems = rules.problems?.(next, current) ?? [];
  refuseProblems(resource, next.metadata.name, newProblems(problems, { next, current }));
  const object = replaceObject({ store, dryRun: options.dryRun }, resource, { current, next });
  return { object, warnings };
}

function wantedObject(resource: Resource, { current, request, options, part }: Change): Wanted {
  const { contentType, body } = request;
  const { owned, noStrategicMerge = false } = resource.rules ?? {};
  if (request.method === 'PUT') return decoded(resource, bodyObject(request), options, false);
  if (noStrategicMerge && contentType === STRATEGIC_MERGE) throw unknownPatch();
  if (contentType !== APPLY || owned === undefined) {
    return decoded(resource, applyPatch(current, contentType, body), options, true);
  }
  const given = appliedObject(body);
  assertDeclared(resource, given, current.metadata);
  const ignored =
    part === 'status' ? Object.keys(given).filter((key) => key !== 'status') : statusOf(resource);
  const applied = ownable(part === 'status' ? { status: given.status } : given, ignored);
  const { metadata } = given as { metadata?: Record<string, unknown> };
  const merged = applyConfiguration(
    owned,
    { live: current, applied },
    identityOf(resource, options, part, 'Apply'),
  );
  const version = metadata?.resourceVersion;
  const expected = version === undefined ? {} : { resourceVersion: version };
  return {
    body: { ...merged, metadata: { ...(merged.metadata as JsonObject), ...expected } },
    applied,
    warnings: [],
  };
}

function decoded(resource: Resource, body: JsonObject, options: WriteOptions, isPatch: boolean): Wanted {
  const { value, warnings } = decodeBody(resource, body, { validation: options.validation, isPatch });
  return { body: value, warnings };
}

/** The parts that a write to the object itself cannot change. */
function statusOf({ subresources }: Resource): readonly string[] {
  return subresources.some(({ name }) => name === 'status') ? ['status'] : [];
}

/**
 * Optimistic locking, and that a client means the object that its path names.
 *
 * @throws ApiStatusError 409 in the API server's own words, 400 for another name, 422 without a version where one is needed.
 */
function assertSameObject(resource: Resource, { current, request }: Change, body: JsonObject): void {
  const { resourceVersion, name, uid } = (body.metadata ?? {}) as Readonly<Record<string, unknown>>;
  const { metadata } = current;
  if (name !== undefined && name !== metadata.name) {
    throw badRequest(
      `the name of the object (${String(name)}) does not match the name on the URL (${metadata.name})`,
    );
  }
  if (uid !== undefined && uid !== '' && uid !== metadata.uid) throw modifiedSince(resource, metadata.name);
  const isUnsaid = resourceVersion === undefined || resourceVersion === '';
  if (isUnsaid && request.method === 'PUT' && resource.rules?.needsVersion === true) {
    const { plural, group } = resource;
    throw new ApiStatusError({
      code: 422,
      reason: 'Invalid',
      message: `${plural}.${group} "${metadata.name}" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update`,
      details: { name: metadata.name, group, kind: plural },
    });
  }
  if (!isUnsaid && resourceVersion !== metadata.resourceVersion) throw modifiedSince(resource, metadata.name);
}

/** The object as it is to be: each write changes only its part, and a change of what is asked for counts. */
function completed(resource: Resource, { current, part }: Change, body: JsonObject): KubeObject {
  const { rules = {}, kind } = resource;
  const { status, ...asked } = body;
  const { status: kept, ...rest } = current;
  const identity = { kind, apiVersion: apiVersion(resource) };
  const hasStatus = statusOf(resource).length > 0;
  const shown = part === 'status' ? status : hasStatus ? kept : status;
  const next: KubeObject =
    part === 'status'
      ? { ...rest, status: shown }
      : {
          ...asked,
          status: shown,
          ...identity,
          metadata: { ...updatedMetadata(current, body), managedFields: current.metadata.managedFields },
        };
  const complete = jsonCopy(rules.complete?.(jsonCopy(next), current) ?? next);
  const isAskedAnew =
    part === 'object' && rules.countsGenerations === true && !asksTheSame(complete, current, hasStatus);
  if (!isAskedAnew) return complete;
  return {
    ...complete,
    metadata: { ...complete.metadata, generation: (current.metadata.generation ?? 0) + 1 },
  };
}

function asksTheSame(next: KubeObject, current: KubeObject, hasStatus: boolean): boolean {
  const bare = ({ metadata: _, status, ...asked }: KubeObject) => (hasStatus ? asked : { ...asked, status });
  return equalJson(jsonCopy(bare(next)), jsonCopy(bare(current)));
}

function identityOf(
  resource: Resource,
  { manager }: WriteOptions,
  part: Change['part'],
  operation: 'Apply' | 'Update',
) {
  const subresource = part === 'status' ? 'status' : undefined;
  return { manager, operation, apiVersion: apiVersion(resource), subresource } as const;
}

function withOwners(
  resource: Resource,
  next: KubeObject,
  { current, options, part, applied, nowMs }: Change & { applied: JsonObject | undefined; nowMs: number },
): KubeObject {
  const schema = resource.rules?.owned;
  if (schema === undefined) return next;
  const change = { before: current, after: next, managers: current.metadata.managedFields };
  const operation = applied === undefined ? 'Update' : 'Apply';
  const writer = { identity: identityOf(resource, options, part, operation), time: timestamp(nowMs) };
  const managers: readonly Manager[] =
    applied === undefined
      ? ownersAfterUpdate(schema, change, writer)
      : ownersAfterApply(schema, { ...change, applied }, { ...writer, force: options.force });
  const { managedFields: _, ...metadata } = next.metadata;
  const managedFields = writeManagers(managers);
  return {
    ...next,
    metadata: { ...metadata, ...(managedFields && { managedFields }) } as KubeObject['metadata'],
  };
}
