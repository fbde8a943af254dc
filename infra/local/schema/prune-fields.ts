import { isObject, type Json, type JsonObject, setOwn } from '../objects/json-value.ts';
import { type FieldPath, fieldPathText } from './field-path.ts';
import { fieldSchema, type StructuralSchema } from './structural-schema.ts';

/**
 * A value without the fields that its schema does not know, and the names of those, as `spec.secretFile`.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export function pruneFields(
  schema: StructuralSchema,
  value: Json,
): { readonly value: Json; readonly unknown: readonly string[] } {
  const unknown: string[] = [];
  const kept = pruned(schema, value, { path: [], unknown });
  return { value: kept, unknown: unknown.sort() };
}

type Walk = { readonly path: FieldPath; readonly unknown: string[] };

function pruned(schema: StructuralSchema, value: Json, { path, unknown }: Walk): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return value;
    return value.map((item, at) => pruned(items, item, { path: [...path, at], unknown }));
  }
  if (!isObject(value)) return value;
  const keepsAll =
    schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
  const result: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    const declared = fieldSchema(schema, key);
    const here = [...path, key];
    if (declared !== undefined) setOwn(result, key, pruned(declared, inner, { path: here, unknown }));
    else if (keepsAll || (schema['x-kubernetes-embedded-resource'] === true && isIdentity(key)))
      setOwn(result, key, inner);
    else unknown.push(fieldPathText(here));
  }
  return result;
}

function isIdentity(key: string): boolean {
  return key === 'apiVersion' || key === 'kind' || key === 'metadata';
}
