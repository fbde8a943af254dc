import { equalJson, isObject, type Json } from '../../objects/json-value.ts';
import type { StructuralSchema } from '../../schema/structural-schema.ts';
import { below, emptyFieldSet, type FieldSet } from './field-set.ts';
import { type FieldPart, fieldParts } from './field-steps.ts';

/** What differs between two objects. */
type FieldChanges = {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
};

/** The fields that a value sets: what somebody owns who applies it. */
export function fieldsOf(schema: StructuralSchema, value: Json): FieldSet {
  const set = emptyFieldSet();
  addFields(schema, value, set);
  return set;
}

function addFields(schema: StructuralSchema, value: Json, set: FieldSet): void {
  const parts = fieldParts(schema, value);
  if (parts === undefined) {
    set.member = true;
    return;
  }
  for (const { key, schema: inner, value: part, declared } of parts) {
    const here = below(set, key);
    addFields(inner, part, here);
    if (Array.isArray(value) || !declared || isEmptyObject(part)) here.member = true;
  }
}

/** Compares two objects field by field, as structured-merge-diff's `Compare` does. */
export function fieldChanges(schema: StructuralSchema, before: Json, after: Json): FieldChanges {
  const changes = { added: emptyFieldSet(), modified: emptyFieldSet(), removed: emptyFieldSet() };
  compare(schema, { before, after }, changes);
  return cleaned(changes);
}

function compare(
  schema: StructuralSchema,
  { before, after }: { before: Json; after: Json },
  sets: FieldChanges,
): void {
  const [old, next] = [fieldParts(schema, before), fieldParts(schema, after)];
  const differs = before === undefined ? 'added' : after === undefined ? 'removed' : undefined;
  const areWhole = old === undefined && next === undefined;
  const changesForm = (old === undefined) !== (next === undefined) && !isBare(before) && !isBare(after);
  if (areWhole || changesForm || (isBare(before) && isBare(after))) {
    if (differs !== undefined) sets[differs].member = true;
    else if (!equalJson(before, after)) sets.modified.member = true;
    return;
  }
  const [oldParts, nextParts] = [byKey(old), byKey(next)];
  for (const [key, { schema: inner }] of new Map([...oldParts, ...nextParts])) {
    const { added, modified, removed } = sets;
    const deeper = { added: below(added, key), modified: below(modified, key), removed: below(removed, key) };
    compare(inner, { before: oldParts.get(key)?.value, after: nextParts.get(key)?.value }, deeper);
  }
  if (differs !== undefined) sets[differs].member = true;
}

/** A list that has an item twice counts it once. */
function byKey(parts: readonly FieldPart[] = []): ReadonlyMap<string, FieldPart> {
  return new Map(parts.map((part) => [part.key, part]));
}

/** Nothing, or a container of nothing. */
function isBare(value: Json): boolean {
  return (
    value === undefined ||
    value === null ||
    isEmptyObject(value) ||
    (Array.isArray(value) && value.length === 0)
  );
}

function isEmptyObject(value: Json): boolean {
  return value === null || (isObject(value) && Object.keys(value).length === 0);
}

function cleaned({ added, modified, removed }: FieldChanges): FieldChanges {
  return { added: withoutEmpty(added), modified: withoutEmpty(modified), removed: withoutEmpty(removed) };
}

function withoutEmpty({ member, children }: FieldSet): FieldSet {
  const kept = [...children]
    .map(([key, child]) => [key, withoutEmpty(child)] as const)
    .filter(([, child]) => child.member || child.children.size > 0);
  return { member, children: new Map(kept) };
}
