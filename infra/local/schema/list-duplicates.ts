import { isObject, type Json } from '../objects/json-value.ts';
import type { FieldPath } from './field-path.ts';
import { duplicateValue, type FieldProblem } from './field-problem.ts';
import { fieldSchema, type StructuralSchema } from './structural-schema.ts';

/** Items that a list of type `set` or `map` has twice (apiextensions `schema/listtype`). */
export function listDuplicates(
  schema: StructuralSchema,
  value: Json,
  path: FieldPath = [],
): readonly FieldProblem[] {
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, inner]) => {
      const declared = fieldSchema(schema, key);
      return declared === undefined ? [] : listDuplicates(declared, inner, [...path, key]);
    });
  }
  if (!Array.isArray(value)) return [];
  const { items } = schema;
  return [
    ...duplicatesOf(schema, value, path),
    ...(items === undefined ? [] : value.flatMap((item, at) => listDuplicates(items, item, [...path, at]))),
  ];
}

function duplicatesOf(schema: StructuralSchema, list: readonly Json[], path: FieldPath): FieldProblem[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const seen = new Set<string>();
  return list.flatMap((item, at) => {
    const identity = type === 'set' ? item : itemKey(schema, item);
    const text = JSON.stringify(identity);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [duplicateValue([...path, at], identity)];
  });
}

/** What tells the items of a list of type `map` apart: its key fields, with their defaults, sorted by name. */
export function itemKey(schema: StructuralSchema, item: Json): Record<string, Json> {
  const names = [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort();
  const keyValue = (name: string) =>
    isObject(item) && item[name] !== undefined ? item[name] : schema.items?.properties?.[name]?.default;
  return Object.fromEntries(names.map((name) => [name, keyValue(name)]));
}
