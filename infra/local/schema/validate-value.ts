import { equalJson, isObject, type JsonObject } from '../objects/json-value.ts';
import { type FieldPath, fieldPathText } from './field-path.ts';
import { type FieldProblem, invalidValue, requiredValue, shownValue } from './field-problem.ts';
import { numberProblems, stringProblems, unsupportedValue } from './scalar-problems.ts';
import { fieldSchema, type StructuralSchema } from './structural-schema.ts';

/** An object with more faults is told this many of them. */
const MOST_PROBLEMS = 100;

/**
 * What a value breaks of its schema, in the words of kube-openapi's validator (`pkg/validation/validate`). Rules in CEL are
 * not among it.
 *
 * @param path where the value is.
 */
export function validateValue(
  schema: StructuralSchema,
  value: unknown,
  path: FieldPath = [],
): readonly FieldProblem[] {
  return problemsOf(schema, value, path).slice(0, MOST_PROBLEMS);
}

function problemsOf(schema: StructuralSchema, value: unknown, path: FieldPath): FieldProblem[] {
  const wrongType = typeProblem(schema, value, path);
  if (wrongType !== undefined) return [wrongType];
  if (value === null || value === undefined) return [];
  return [
    ...combinationProblems(schema, value, path),
    ...(typeof value === 'string' ? stringProblems(schema, value, path) : []),
    ...(typeof value === 'number' ? numberProblems(schema, value, path) : []),
    ...(Array.isArray(value) ? listProblems(schema, value, path) : []),
    ...(schema.enum !== undefined && !schema.enum.some((each) => equalJson(each, value))
      ? [unsupportedValue(path, value, schema.enum)]
      : []),
    ...(isObject(value) ? objectProblems(schema, value, path) : []),
  ];
}

function typeProblem(schema: StructuralSchema, value: unknown, path: FieldPath): FieldProblem | undefined {
  const found = typeName(value);
  if (found === 'null' && schema.nullable === true) return undefined;
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (found === 'integer' || found === 'string') return undefined;
    return wrongTypeAt(path, 'integer,string', found);
  }
  const { type } = schema;
  if (type === undefined || type === '' || type === found) return undefined;
  if (type === 'number' && found === 'integer') return undefined;
  return wrongTypeAt(path, type, found);
}

function wrongTypeAt(path: FieldPath, wanted: string, found: string): FieldProblem {
  const detail = `${fieldPathText(path)} in body must be of type ${wanted}: ${shownValue(found)}`;
  return { path, reason: 'FieldValueTypeInvalid', shown: shownValue(found), detail };
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function listProblems(schema: StructuralSchema, value: readonly unknown[], path: FieldPath): FieldProblem[] {
  const { items, minItems, maxItems, uniqueItems } = schema;
  const body = `${fieldPathText(path)} in body`;
  const found: FieldProblem[] = [];
  // Each item is looked at before their number, as in kube-openapi's slice validator; too many need no look.
  if (maxItems !== undefined && value.length > maxItems) return [tooMany(path, value.length, maxItems)];
  if (items !== undefined) found.push(...value.flatMap((item, at) => problemsOf(items, item, [...path, at])));
  if (minItems !== undefined && value.length < minItems) {
    found.push(invalidValue(path, value.length, `${body} should have at least ${minItems} items`));
  }
  if (uniqueItems === true && new Set(value.map((item) => JSON.stringify(item))).size < value.length) {
    found.push(invalidValue(path, value, `${body} shouldn't contain duplicates`));
  }
  return found;
}

function objectProblems(schema: StructuralSchema, value: JsonObject, path: FieldPath): FieldProblem[] {
  const { minProperties, maxProperties, required = [] } = schema;
  const count = Object.keys(value).length;
  if (minProperties !== undefined && count < minProperties) {
    const detail = `${fieldPathText(path)} in body should have at least ${minProperties} properties`;
    return [invalidValue(path, count, detail)];
  }
  if (maxProperties !== undefined && count > maxProperties) return [tooMany(path, count, maxProperties)];
  const fields = Object.entries(value).flatMap(([key, inner]) => {
    const declared = fieldSchema(schema, key);
    return declared === undefined ? [] : problemsOf(declared, inner, [...path, key]);
  });
  const missing = required.filter((key) => !Object.hasOwn(value, key));
  return [...fields, ...missing.map((key) => requiredValue([...path, key]))];
}

function tooMany(path: FieldPath, count: number, most: number): FieldProblem {
  const detail = `must have at most ${most} ${most === 1 ? 'item' : 'items'}`;
  return { path, reason: 'FieldValueTooMany', shown: String(count), detail };
}

function combinationProblems(schema: StructuralSchema, value: unknown, path: FieldPath): FieldProblem[] {
  const { allOf = [], anyOf, oneOf, not } = schema;
  const fits = (each: StructuralSchema) => problemsOf(each, value, path).length === 0;
  const fails = (what: string) => ({ ...invalidValue(path, '', what), shown: '""' });
  const name = path.length === 0 ? '' : fieldPathText(path);
  return [
    ...allOf.flatMap((each) => problemsOf(each, value, path)),
    ...(anyOf !== undefined && !anyOf.some(fits)
      ? [fails(`${JSON.stringify(name)} must validate at least one schema (anyOf)`)]
      : []),
    ...(oneOf !== undefined && oneOf.filter(fits).length !== 1
      ? [fails(`${JSON.stringify(name)} must validate one and only one schema (oneOf)`)]
      : []),
    ...(not !== undefined && fits(not)
      ? [fails(`${JSON.stringify(name)} must not validate the schema (not)`)]
      : []),
  ];
}
