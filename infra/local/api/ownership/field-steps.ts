import { isObject, type Json } from '../../objects/json-value.ts';
import { itemKey } from '../../schema/list-duplicates.ts';
import { fieldSchema, type StructuralSchema } from '../../schema/structural-schema.ts';

/** A part of a value that can have an owner of its own. `declared`: by name, not as one of any. */
export type FieldPart = {
  readonly key: string;
  readonly schema: StructuralSchema;
  readonly value: Json;
  readonly declared: boolean;
};

/** Of what nothing is declared: objects are owned by field, lists as a whole. */
const ANYTHING: StructuralSchema = { 'x-kubernetes-preserve-unknown-fields': true };

/**
 * The parts of a value; undefined for one that is owned as a whole: texts, numbers, and lists and objects that the schema
 * calls atomic.
 */
export function fieldParts(schema: StructuralSchema, value: Json): readonly FieldPart[] | undefined {
  if (isObject(value)) {
    if (schema['x-kubernetes-map-type'] === 'atomic') return undefined;
    return Object.entries(value).map(([name, inner]) => ({
      key: `f:${name}`,
      schema: fieldSchema(schema, name) ?? ANYTHING,
      value: inner,
      declared: schema.properties !== undefined && Object.hasOwn(schema.properties, name),
    }));
  }
  const type = schema['x-kubernetes-list-type'];
  if (!Array.isArray(value) || (type !== 'set' && type !== 'map')) return undefined;
  return value.map((item: Json) => ({
    key: itemStep(schema, item),
    schema: schema.items ?? ANYTHING,
    value: item,
    declared: true,
  }));
}

/** How an item of a list of type `set` or `map` is called. */
function itemStep(schema: StructuralSchema, item: Json): string {
  const isSet = schema['x-kubernetes-list-type'] === 'set';
  return isSet ? `v:${JSON.stringify(item)}` : `k:${JSON.stringify(itemKey(schema, item))}`;
}

/** Steps as structured-merge-diff prints them: `.spec.headers[name="x"].value`, `.spec.hooks[="preStop"]`. */
export function stepsText(steps: readonly string[]): string {
  return steps.map(stepText).join('');
}

function stepText(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith('f:')) return `.${rest}`;
  if (step.startsWith('v:')) return `[=${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Record<string, Json>);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}
