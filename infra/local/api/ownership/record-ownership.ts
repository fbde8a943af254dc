import { equalJson, isObject, type Json, type JsonObject } from '../../objects/json-value.ts';
import type { StructuralSchema } from '../../schema/structural-schema.ts';
import { ApiStatusError } from '../http/status-error.ts';
import { fieldChanges, fieldsOf } from './field-changes.ts';
import {
  difference,
  emptyFieldSet,
  type FieldSet,
  intersection,
  isEmptySet,
  memberPaths,
  sameSet,
  union,
} from './field-set.ts';
import { stepsText } from './field-steps.ts';
import { isSameManager, type Manager, type ManagerIdentity, managerText, readManagers } from './managers.ts';
import { mergeApplied, withoutAbandoned } from './merge-applied.ts';

/** Who writes, and when (RFC 3339). */
type FieldWriter = { readonly identity: ManagerIdentity; readonly time: string };

/** Of metadata these have owners; the rest is the server's. */
const METADATA: StructuralSchema = {
  type: 'object',
  properties: {
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
    finalizers: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    generateName: { type: 'string' },
    ownerReferences: {
      type: 'array',
      items: {
        type: 'object',
        'x-kubernetes-map-type': 'atomic',
        'x-kubernetes-preserve-unknown-fields': true,
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
    },
  },
};

/** A kind's schema for questions of ownership: identity is nobody's, and metadata has its own. */
function ownedSchema(schema: StructuralSchema): StructuralSchema {
  return { ...schema, properties: { ...schema.properties, metadata: METADATA } };
}

/** What of an object can have an owner. @param ignored top-level fields that the write cannot change. */
export function ownable(object: Json, ignored: readonly string[] = []): JsonObject {
  if (!isObject(object)) return {};
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  const kept = Object.fromEntries(
    Object.entries(isObject(metadata) ? metadata : {}).filter(
      ([key, value]) => value !== undefined && METADATA.properties?.[key] !== undefined,
    ),
  );
  for (const name of ignored) delete rest[name];
  return { ...rest, metadata: kept };
}

/** What an applier owns: of metadata only what it says. */
function appliedFields(owned: StructuralSchema, applied: Json): FieldSet {
  const { metadata, ...rest } = ownable(applied);
  return fieldsOf(
    owned,
    isObject(metadata) && Object.keys(metadata).length > 0 ? { ...rest, metadata } : rest,
  );
}

/**
 * Who owns what after a write that says nothing of owners: what it changed is the writer's.
 *
 * @param before the object as it was; for a new one, an empty one of its kind.
 */
export function ownersAfterUpdate(
  schema: StructuralSchema,
  { before, after, managers }: { readonly before: Json; readonly after: Json; readonly managers: Json },
  { identity, time }: FieldWriter,
): readonly Manager[] {
  const owned = ownedSchema(schema);
  const { added, modified, removed } = fieldChanges(owned, ownable(before), ownable(after));
  const written = union(added, modified);
  const gone = union(written, removed);
  const known = readManagers(managers);
  const others = known.map((each) => ({ ...each, fields: difference(each.fields, gone) }));
  if (isEmptySet(written)) return others;
  const own = others.find((each) => isSameManager(each, identity));
  const mine: Manager = { ...identity, time, fields: union(written, own?.fields ?? emptyFieldSet()) };
  return [...others.filter((each) => each !== own), mine];
}

/**
 * Server-side apply: the live object with what is applied put over it, without what its applier no longer mentions.
 *
 * @param applied what is applied, without what the write cannot change.
 * @returns the object, and its managers once nobody objects: see {@link ownersAfterApply}.
 */
export function applyConfiguration(
  schema: StructuralSchema,
  { live, applied }: { readonly live: JsonObject; readonly applied: JsonObject },
  identity: ManagerIdentity,
): JsonObject {
  const owned = ownedSchema(schema);
  const managers = readManagers(isObject(live.metadata) ? live.metadata.managedFields : undefined);
  const isOwn = (each: Manager) => isSameManager(each, identity);
  const merged = withoutAbandoned(owned, mergeApplied(owned, ownable(live), ownable(applied)), {
    before: managers.find(isOwn)?.fields ?? emptyFieldSet(),
    now: appliedFields(owned, applied),
    others: managers.filter((each) => !isOwn(each)).map(({ fields }) => fields),
  });
  const { metadata, ...rest } = isObject(merged) ? merged : {};
  const unowned = Object.fromEntries(
    Object.entries(isObject(live.metadata) ? live.metadata : {}).filter(
      ([key]) => METADATA.properties?.[key] === undefined,
    ),
  );
  return {
    ...rest,
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata: { ...unowned, ...(isObject(metadata) ? metadata : {}) },
  };
}

/**
 * Who owns what after an apply.
 *
 * @param force whether what others own is taken from them.
 * @throws ApiStatusError 409 when it would change what others own.
 */
export function ownersAfterApply(
  schema: StructuralSchema,
  { before, after, applied, managers }: Readonly<Record<'before' | 'after' | 'applied' | 'managers', Json>>,
  { identity, time, force }: FieldWriter & { readonly force: boolean },
): readonly Manager[] {
  const owned = ownedSchema(schema);
  const { added, modified, removed } = fieldChanges(owned, ownable(before), ownable(after));
  const written = union(added, modified);
  const known = readManagers(managers);
  const own = known.find((each) => isSameManager(each, identity));
  const others = known.filter((each) => each !== own);
  const conflicts = others.map((each) => ({ each, fields: intersection(each.fields, written) }));
  const disputed = conflicts.filter(({ fields }) => !isEmptySet(fields));
  if (disputed.length > 0 && !force) {
    throw applyConflict(
      disputed.flatMap(({ each, fields }) =>
        memberPaths(fields).map((steps) => ({ manager: managerText(each), field: stepsText(steps) })),
      ),
    );
  }
  const lost = union(written, removed);
  const fields = appliedFields(owned, applied);
  const isUnchanged = own !== undefined && sameSet(own.fields, fields) && isEmptySet(lost);
  const mine: Manager = { ...identity, time: isUnchanged ? own.time : time, fields };
  return [...others.map((each) => ({ ...each, fields: difference(each.fields, lost) })), mine];
}

/** The words of apiserver `managedfields/internal/conflict.go`. */
function applyConflict(
  conflicts: readonly { readonly manager: string; readonly field: string }[],
): ApiStatusError {
  const [first] = conflicts;
  const managers = [...new Set(conflicts.map(({ manager }) => manager))].sort();
  const lists = managers.map((manager) => {
    const fields = conflicts.filter((each) => each.manager === manager).map(({ field }) => `- ${field}`);
    return [`conflicts with ${manager}:`, ...fields].join('\n');
  });
  const message =
    conflicts.length === 1
      ? `1 conflict: conflict with ${first?.manager}: ${first?.field}`
      : `${conflicts.length} conflicts: ${lists.join('\n')}`;
  const causes = conflicts.map(({ manager, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${manager}`,
    field,
  }));
  return new ApiStatusError({
    code: 409,
    reason: 'Conflict',
    message: `Apply failed with ${message}`,
    details: { causes },
  });
}

/** Whether two objects say the same, besides who owns what since when. */
export function saysTheSame(left: Json, right: Json): boolean {
  return equalJson(withoutTimes(left), withoutTimes(right));
}

function withoutTimes(object: Json): Json {
  if (!isObject(object) || !isObject(object.metadata)) return object;
  const managedFields = readManagers(object.metadata.managedFields).map(({ time: _, ...rest }) => rest);
  return { ...object, metadata: { ...object.metadata, managedFields } };
}
