import { isObject, type Json } from '../../objects/json-value.ts';
import { fieldSchema, type StructuralSchema } from '../structural-schema.ts';

/** A value as rules in CEL see it: whole numbers are ints, texts of format date-time are timestamps. */
export function celValue(schema: StructuralSchema | undefined, value: Json): unknown {
  if (Array.isArray(value)) return value.map((item) => celValue(schema?.items, item));
  if (isObject(value)) {
    return new Map(
      Object.entries(value).map(([key, inner]) => [key, celValue(schema && fieldSchema(schema, key), inner)]),
    );
  }
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && schema?.type !== 'number' ? BigInt(value) : value;
  }
  if (typeof value === 'string' && schema?.format === 'date-time') {
    const time = new Date(value);
    return Number.isNaN(time.getTime()) ? value : time;
  }
  return value;
}
