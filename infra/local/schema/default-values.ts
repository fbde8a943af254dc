import { isObject, type Json, type JsonObject, jsonCopy, setOwn } from '../objects/json-value.ts';
import type { StructuralSchema } from './structural-schema.ts';

/**
 * A value with what its schema gives where it says nothing. A null where none is allowed counts as nothing, and goes.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting-and-nullable
 */
export function withDefaults(schema: StructuralSchema, value: Json): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => withDefaults(items, item));
  }
  if (!isObject(value)) return value;
  const result: JsonObject = { ...value };
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const given = Object.hasOwn(result, key) ? result[key] : undefined;
    const isUnset = given === undefined || (given === null && property.nullable !== true);
    if (isUnset && property.default !== undefined) setOwn(result, key, jsonCopy(property.default));
    else if (isUnset) delete result[key];
    if (Object.hasOwn(result, key)) setOwn(result, key, withDefaults(property, result[key]));
  }
  const { additionalProperties: others } = schema;
  if (typeof others !== 'object') return result;
  for (const key of Object.keys(result)) {
    if (schema.properties === undefined || !Object.hasOwn(schema.properties, key))
      setOwn(result, key, withDefaults(others, result[key]));
  }
  return result;
}
