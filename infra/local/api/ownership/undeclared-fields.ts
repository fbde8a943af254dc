import { isObject, type Json } from '../../objects/json-value.ts';
import { fieldSchema, type StructuralSchema } from '../../schema/structural-schema.ts';
import { fieldParts, stepsText } from './field-steps.ts';

const MOST_FAULTS = 20;

/**
 * Why something cannot be applied: fields that the schema does not declare, values of another form, items of a list of type
 * `map` without a key or with the same. In the words of structured-merge-diff.
 */
export function undeclaredFields(schema: StructuralSchema, value: Json): readonly string[] {
  return faultsOf(schema, value, []).slice(0, MOST_FAULTS);
}

function faultsOf(schema: StructuralSchema, value: Json, steps: readonly string[]): readonly string[] {
  const expected = wrongForm(schema, value);
  if (expected !== undefined) return [`${stepsText(steps)}: expected ${expected}, got &{${String(value)}}`];
  if (isObject(value)) return objectFaults(schema, value, steps);
  if (!Array.isArray(value)) return [];
  const { items } = schema;
  const parts = fieldParts(schema, value);
  if (items === undefined) return [];
  if (parts === undefined) return value.flatMap((item, at) => faultsOf(items, item, [...steps, `v:${at}`]));
  return [
    ...keyFaults(schema, value, steps),
    ...parts.flatMap((part) => faultsOf(items, part.value, [...steps, part.key])),
  ];
}

function objectFaults(
  schema: StructuralSchema,
  value: Readonly<Record<string, Json>>,
  steps: readonly string[],
): readonly string[] {
  const takesAll = schema['x-kubernetes-preserve-unknown-fields'] === true;
  return Object.entries(value).flatMap(([key, inner]) => {
    const declared = fieldSchema(schema, key);
    const here = [...steps, `f:${key}`];
    if (declared !== undefined) return faultsOf(declared, inner, here);
    return takesAll ? [] : [`${stepsText(here)}: field not declared in schema`];
  });
}

function keyFaults(
  schema: StructuralSchema,
  list: readonly Json[],
  steps: readonly string[],
): readonly string[] {
  const keys = schema['x-kubernetes-list-type'] === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : [];
  const missing = keys.filter((key) =>
    list.some(
      (item) =>
        (!isObject(item) || item[key] === undefined) &&
        schema.items?.properties?.[key]?.default === undefined,
    ),
  );
  if (missing.length > 0) {
    return missing.map(
      (key) =>
        `${stepsText(steps)}: associative list with keys has an element that omits key field ${JSON.stringify(key)} (and doesn't have default value)`,
    );
  }
  const seen = new Set<string>();
  return (fieldParts(schema, list) ?? []).flatMap(({ key }) => {
    const isTwice = seen.has(key);
    seen.add(key);
    return isTwice ? [`${stepsText(steps)}: duplicate entries for key ${stepsText([key])}`] : [];
  });
}

function wrongForm(schema: StructuralSchema, value: Json): string | undefined {
  if (value === null || value === undefined || schema['x-kubernetes-int-or-string'] === true)
    return undefined;
  switch (schema.type) {
    case 'object':
      return isObject(value) ? undefined : 'map';
    case 'array':
      return Array.isArray(value) ? undefined : 'list';
    case 'string':
      return typeof value === 'string' ? undefined : 'string';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'boolean';
    case 'integer':
    case 'number':
      return typeof value === 'number' ? undefined : 'numeric (int or float)';
    default:
      return undefined;
  }
}
