import { parseJsonPath } from '../../json-path/parse-json-path.ts';
import { isObject, type Json } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { CelEngine } from '../../schema/cel/cel-engine.ts';
import { compileRules } from '../../schema/cel/compile-rules.ts';
import { checkStructural } from '../../schema/check-structural.ts';
import type { FieldPath } from '../../schema/field-path.ts';
import { type FieldProblem, invalidValue, requiredValue } from '../../schema/field-problem.ts';
import { unsupportedValue } from '../../schema/scalar-problems.ts';
import type { StructuralSchema } from '../../schema/structural-schema.ts';

const DNS_LABEL = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];

/** Where the real server puts the schema of a definition whose versions have the same one. */
const SCHEMA: FieldPath = ['spec', 'validation', 'openAPIV3Schema'];

/**
 * What is wrong with a CustomResourceDefinition (apiextensions `validation.go`).
 *
 * @param engine undefined when the definition has no rules.
 */
export function checkDefinition(
  { metadata, spec }: KubeObject,
  current: KubeObject | undefined,
  engine: CelEngine | undefined,
): readonly FieldProblem[] {
  if (!isObject(spec)) return [requiredValue(['spec'])];
  const { group, scope, names, versions } = spec;
  if (!isObject(names)) return [requiredValue(['spec', 'names'])];
  const expected = `${String(names.plural)}.${String(group)}`;
  return [
    ...(metadata.name === expected
      ? []
      : [invalidValue(['metadata', 'name'], metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...(typeof group === 'string' && group.includes('.') ? [] : [groupFault(group)]),
    ...(scope === 'Namespaced' || scope === 'Cluster'
      ? []
      : [unsupportedValue(['spec', 'scope'], scope ?? '', ['Cluster', 'Namespaced'])]),
    ...nameFaults(names),
    ...versionFaults(versions, engine),
    ...changeFaults(spec, current),
  ];
}

function groupFault(group: Json): FieldProblem {
  const path = ['spec', 'group'];
  return typeof group === 'string' && group !== ''
    ? invalidValue(path, group, 'should be a domain with at least one dot')
    : requiredValue(path);
}

function nameFaults(names: Readonly<Record<string, Json>>): readonly FieldProblem[] {
  return ['plural', 'singular', 'kind', 'listKind'].flatMap((name) => {
    const path = ['spec', 'names', name];
    const value = names[name];
    if (typeof value !== 'string' || value === '') return [requiredValue(path)];
    if (DNS_LABEL.test(value.toLowerCase())) return [];
    return [
      invalidValue(
        path,
        value,
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
      ),
    ];
  });
}

function versionFaults(versions: Json, engine: CelEngine | undefined): readonly FieldProblem[] {
  const path = ['spec', 'versions'];
  if (!Array.isArray(versions) || versions.length === 0) {
    return [requiredValue(path, 'must have exactly one version marked as storage version')];
  }
  if (versions.length > 1) {
    return [invalidValue(path, versions.length, 'this local cluster serves definitions of one version')];
  }
  const [version] = versions as readonly Json[];
  const at = [...path, 0];
  if (!isObject(version)) return [requiredValue(at)];
  const schema = isObject(version.schema) ? version.schema.openAPIV3Schema : undefined;
  return [
    ...(typeof version.name === 'string' && DNS_LABEL.test(version.name)
      ? []
      : [invalidValue([...at, 'name'], version.name ?? '', 'must be a DNS-1035 label')]),
    ...(version.storage === true
      ? []
      : [invalidValue(path, version.name ?? '', 'must have exactly one version marked as storage version')]),
    ...(typeof version.served === 'boolean' ? [] : [requiredValue([...at, 'served'])]),
    ...(isObject(schema)
      ? schemaFaults(schema as StructuralSchema, engine)
      : [requiredValue([...at, 'schema', 'openAPIV3Schema'], 'schemas are required')]),
    ...columnFaults(version.additionalPrinterColumns, [...at, 'additionalPrinterColumns']),
    ...selectableFaults(version.selectableFields, [...at, 'selectableFields']),
  ];
}

function schemaFaults(schema: StructuralSchema, engine: CelEngine | undefined): readonly FieldProblem[] {
  const faults = checkStructural(schema, SCHEMA);
  if (faults.length > 0 || engine === undefined) return faults;
  return compileRules(engine, schema).faults.map(({ path, expression, fault }) =>
    invalidValue([...SCHEMA, ...path], expression, `compilation failed: ${fault}`),
  );
}

function columnFaults(columns: Json, path: FieldPath): readonly FieldProblem[] {
  if (columns === undefined) return [];
  if (!Array.isArray(columns)) return [invalidValue(path, '', 'must be a list')];
  return columns.flatMap((column: Json, index) => {
    const { name, type, jsonPath } = isObject(column) ? column : {};
    const at = [...path, index];
    return [
      ...(typeof name === 'string' && name !== '' ? [] : [requiredValue([...at, 'name'])]),
      ...(COLUMN_TYPES.includes(String(type))
        ? []
        : [unsupportedValue([...at, 'type'], type ?? '', COLUMN_TYPES)]),
      ...pathFaults(jsonPath, [...at, 'jsonPath']),
    ];
  });
}

function selectableFaults(fields: Json, path: FieldPath): readonly FieldProblem[] {
  if (fields === undefined) return [];
  if (!Array.isArray(fields)) return [invalidValue(path, '', 'must be a list')];
  return fields.flatMap((field: Json, index) =>
    pathFaults(isObject(field) ? field.jsonPath : undefined, [...path, index, 'jsonPath']),
  );
}

function pathFaults(jsonPath: Json, path: FieldPath): readonly FieldProblem[] {
  if (typeof jsonPath !== 'string' || jsonPath === '') return [requiredValue(path)];
  return parseJsonPath(jsonPath) === undefined
    ? [invalidValue(path, jsonPath, 'is not a JSONPath that is known here')]
    : [];
}

/** What objects are called and where they live stays as it was. */
function changeFaults(
  spec: Readonly<Record<string, Json>>,
  current: KubeObject | undefined,
): readonly FieldProblem[] {
  const before = isObject(current?.spec) ? current.spec : undefined;
  if (before === undefined) return [];
  return ['group', 'scope'].flatMap((name) =>
    before[name] === spec[name] ? [] : [invalidValue(['spec', name], spec[name], 'field is immutable')],
  );
}
