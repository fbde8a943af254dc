import { isObject, type Json, type JsonObject, setOwn } from '../../objects/json-value.ts';
import type { StructuralSchema } from '../../schema/structural-schema.ts';
import { difference, type FieldSet, isEmptySet, union } from './field-set.ts';
import { fieldParts } from './field-steps.ts';

/** What is there, with what is applied put over it: objects by field, lists of type `set` and `map` by item. */
export function mergeApplied(schema: StructuralSchema, live: Json, applied: Json): Json {
  const parts = fieldParts(schema, applied);
  if (live === undefined || live === null || parts === undefined) return applied;
  if (Array.isArray(applied)) return Array.isArray(live) ? mergeLists(schema, live, applied) : applied;
  if (!isObject(live)) return applied;
  const result: JsonObject = { ...live };
  for (const { key, schema: inner, value } of parts) {
    const name = key.slice(2);
    setOwn(result, name, mergeApplied(inner, Object.hasOwn(live, name) ? live[name] : undefined, value));
  }
  return result;
}

/** In the order of what is applied; an item that only the live list has keeps its place among the others. */
function mergeLists(
  schema: StructuralSchema,
  live: readonly Json[],
  applied: readonly Json[],
): readonly Json[] {
  const before = fieldParts(schema, live) ?? [];
  const known = new Map(before.map(({ key, value }) => [key, value]));
  const wanted = fieldParts(schema, applied) ?? [];
  const wantedKeys = new Set(wanted.map(({ key }) => key));
  const result: Json[] = [];
  let at = 0;
  for (const { key, schema: inner, value } of wanted) {
    // Whatever stands before the item in the live list, and is only there, comes first; before a new item all that comes next.
    for (; at < before.length && before[at]?.key !== key; at += 1) {
      const part = before[at];
      if (part === undefined || wantedKeys.has(part.key)) {
        if (!known.has(key)) break;
      } else result.push(part.value);
    }
    if (before[at]?.key === key) at += 1;
    result.push(mergeApplied(inner, known.get(key), value));
  }
  for (const { key, value } of before.slice(at)) if (!wantedKeys.has(key)) result.push(value);
  return result;
}

/**
 * Takes out what an applier no longer mentions and nobody else owns. What holds nothing any more goes, too, if the applier
 * owned something in it.
 */
export function withoutAbandoned(
  schema: StructuralSchema,
  merged: Json,
  {
    before,
    now,
    others,
  }: { readonly before: FieldSet; readonly now: FieldSet; readonly others: readonly FieldSet[] },
): Json {
  const kept = union(now, ...others);
  return without(schema, merged, { gone: difference(before, kept), kept });
}

function without(
  schema: StructuralSchema,
  value: Json,
  { gone, kept }: { readonly gone: FieldSet; readonly kept: FieldSet | undefined },
): Json {
  const parts = fieldParts(schema, value);
  if (parts === undefined || isEmptySet(gone)) return value;
  const left = parts.flatMap((part) => {
    const goneHere = gone.children.get(part.key);
    const keptHere = kept?.children.get(part.key);
    if (goneHere === undefined) return [part];
    if (keptHere === undefined && goneHere.member) return [];
    const inner = without(part.schema, part.value, { gone: goneHere, kept: keptHere });
    return keptHere === undefined && isHollow(inner) ? [] : [{ ...part, value: inner }];
  });
  if (Array.isArray(value)) return left.map((part) => part.value);
  const result: JsonObject = {};
  for (const part of left) setOwn(result, part.key.slice(2), part.value);
  return result;
}

function isHollow(value: Json): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}
