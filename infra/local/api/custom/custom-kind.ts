import { parseJsonPath } from '../../json-path/parse-json-path.ts';
import { readJsonPath } from '../../json-path/read-json-path.ts';
import type { JsonObject } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { CelEngine } from '../../schema/cel/cel-engine.ts';
import { compileRules, type RuleTree } from '../../schema/cel/compile-rules.ts';
import { ruleProblems } from '../../schema/cel/rule-problems.ts';
import { withDefaults } from '../../schema/default-values.ts';
import { blocksRules, type FieldProblem, RULES_NOT_CHECKED } from '../../schema/field-problem.ts';
import { listDuplicates } from '../../schema/list-duplicates.ts';
import { pruneFields } from '../../schema/prune-fields.ts';
import { type StructuralSchema, withIdentity } from '../../schema/structural-schema.ts';
import { validateValue } from '../../schema/validate-value.ts';
import type { ObjectRules } from '../resource/object-rules.ts';
import { METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { type DefinedVersion, type DefinitionSpec, servedVersion } from './definition.ts';
import { printerTable } from './printer-table.ts';

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/**
 * The kind that a definition makes: everything that can be asked of its objects follows from it.
 *
 * @param engine for the rules in CEL; undefined when there are none.
 * @returns undefined when the definition serves no version.
 */
export function customKind(spec: DefinitionSpec, engine: CelEngine | undefined): Resource | undefined {
  const version = servedVersion(spec);
  if (version === undefined) return undefined;
  const { group, names, scope } = spec;
  const { openAPIV3Schema: schema } = version.schema;
  const hasStatus = version.subresources?.status !== undefined;
  return {
    group,
    version: version.name,
    plural: names.plural,
    singular: names.singular,
    shortNames: [...(names.shortNames ?? [])],
    categories: [...(names.categories ?? [])],
    kind: names.kind,
    namespaced: scope === 'Namespaced',
    verbs: VERBS,
    subresources: hasStatus ? [{ name: 'status', verbs: ['get', 'patch', 'update'] }] : [],
    emptyBody: {},
    fields: { ...METADATA_FIELDS, ...selectableFields(version) },
    watchCache: true,
    table: printerTable(version.additionalPrinterColumns),
    shelf: `${names.plural}.${group}`,
    isCustom: true,
    rules: schemaRules(schema, engine && compileRules(engine, schema).tree),
  };
}

function selectableFields({ selectableFields: fields = [] }: DefinedVersion): Resource['fields'] {
  const entries = fields.map(({ jsonPath }): [string, (object: KubeObject) => unknown] => {
    const steps = parseJsonPath(jsonPath) ?? [];
    return [jsonPath.slice(1), (object) => readJsonPath(steps, object)[0]];
  });
  return Object.fromEntries(entries);
}

function schemaRules(schema: StructuralSchema, tree: RuleTree | undefined): ObjectRules {
  const known = withIdentity(schema);
  return {
    owned: schema,
    countsGenerations: true,
    needsVersion: true,
    noStrategicMerge: true,
    decode(body) {
      const { value, unknown } = pruneFields(known, body);
      return { value: withDefaults(schema, value) as JsonObject, unknown };
    },
    complete: (next) => withDefaults(schema, next) as KubeObject,
    problems: (next, current) => problemsOf(schema, tree, { next, current }),
  };
}

function problemsOf(
  schema: StructuralSchema,
  tree: RuleTree | undefined,
  { next, current }: { readonly next: KubeObject; readonly current: KubeObject | undefined },
): readonly FieldProblem[] {
  const found = [...validateValue(schema, next), ...listDuplicates(schema, next)];
  if (tree === undefined) return found;
  if (blocksRules(found)) return [...found, RULES_NOT_CHECKED];
  return [...found, ...ruleProblems(tree, { value: next, old: current, path: [] })];
}
