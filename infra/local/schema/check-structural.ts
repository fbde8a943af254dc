import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { isObject } from '../objects/json-value.ts';
import type { FieldPath } from './field-path.ts';
import { type FieldProblem, invalidValue, requiredValue } from './field-problem.ts';
import { goPattern } from './go-pattern.ts';
import { unsupportedValue } from './scalar-problems.ts';
import type { StructuralSchema } from './structural-schema.ts';
import { validateValue } from './validate-value.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const LIST_TYPES = ['atomic', 'map', 'set'];

/** Deeper ones are refused: nothing reads an object that far down. */
const MOST_LEVELS = 64;

/**
 * What keeps a schema from being structural: a type everywhere, patterns and defaults that can be, lists whose keys there are.
 * The rules that nobody breaks by accident are left to real servers.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function checkStructural(
  schema: StructuralSchema,
  path: FieldPath,
  level = 0,
): readonly FieldProblem[] {
  if (!isObject(schema)) return [invalidValue(path, schema, 'must be an object')];
  if (level > MOST_LEVELS)
    return [invalidValue(path, '', `must not be nested deeper than ${MOST_LEVELS} levels`)];
  return [
    ...typeFaults(schema, path, level),
    ...patternFaults(schema, path),
    ...listFaults(schema, path),
    ...defaultFaults(schema, path),
    ...inner(schema, path).flatMap(([where, each]) => checkStructural(each, where, level + 1)),
  ];
}

function inner(schema: StructuralSchema, path: FieldPath): readonly [FieldPath, StructuralSchema][] {
  const { properties = {}, items, additionalProperties } = schema;
  const fields = Object.entries(properties).map(([name, each]): [FieldPath, StructuralSchema] => [
    [...path, `properties[${name}]`],
    each,
  ]);
  if (items !== undefined) fields.push([[...path, 'items'], items]);
  if (typeof additionalProperties === 'object')
    fields.push([[...path, 'additionalProperties'], additionalProperties]);
  return fields;
}

function typeFaults(schema: StructuralSchema, path: FieldPath, level: number): readonly FieldProblem[] {
  const { type, properties, additionalProperties, items } = schema;
  const anyType =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const at = [...path, 'type'];
  const faults: FieldProblem[] = [];
  if (type === undefined || type === '') {
    if (!anyType || level === 0) {
      const where =
        level === 0
          ? ' at the root'
          : path.at(-1) === 'items'
            ? ' for specified array items'
            : ' for specified object fields';
      faults.push(requiredValue(at, `must not be empty${where}`));
    }
  } else if (!TYPES.includes(type)) faults.push(unsupportedValue(at, type, TYPES));
  else if (level === 0 && type !== 'object')
    faults.push(invalidValue(at, type, 'must be object at the root'));
  if (properties !== undefined && additionalProperties !== undefined && additionalProperties !== false) {
    const why = 'additionalProperties and properties are mutual exclusive';
    faults.push({
      path: [...path, 'additionalProperties'],
      reason: 'FieldValueForbidden',
      shown: undefined,
      detail: why,
    });
  }
  if (type === 'array' && items === undefined)
    faults.push(requiredValue([...path, 'items'], 'must be specified'));
  return faults;
}

function patternFaults({ pattern }: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  if (pattern === undefined) return [];
  try {
    goPattern(pattern);
    return [];
  } catch (error) {
    const why = `must be a valid regular expression, but isn't: ${messageOf(error)}`;
    return [invalidValue([...path, 'pattern'], pattern, why)];
  }
}

function listFaults(schema: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  const type = schema['x-kubernetes-list-type'];
  if (type === undefined) return [];
  const at = [...path, 'x-kubernetes-list-type'];
  if (!LIST_TYPES.includes(type)) return [unsupportedValue(at, type, LIST_TYPES)];
  if (schema.type !== 'array')
    return [
      invalidValue(
        [...path, 'type'],
        schema.type ?? '',
        'must be array if x-kubernetes-list-type is specified',
      ),
    ];
  if (type !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const keysAt = [...path, 'x-kubernetes-list-map-keys'];
  if (keys.length === 0) {
    return [requiredValue(keysAt, 'must not be empty if x-kubernetes-list-type is map')];
  }
  return keys.flatMap((key, index) => {
    const field = schema.items?.properties?.[key];
    if (field === undefined)
      return [invalidValue([...keysAt, index], key, 'entries must all be names of item properties')];
    const isRequired = schema.items?.required?.includes(key) === true || field.default !== undefined;
    const required = [...path, 'items', `properties[${key}]`, 'default'];
    return isRequired
      ? []
      : [
          requiredValue(
            required,
            'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
          ),
        ];
  });
}

function defaultFaults(schema: StructuralSchema, path: FieldPath): readonly FieldProblem[] {
  if (schema.default === undefined) return [];
  return validateValue(schema, schema.default, [...path, 'default']);
}
