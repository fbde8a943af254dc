import type { FieldPath } from '../field-path.ts';
import type { StructuralSchema, ValidationRule } from '../structural-schema.ts';
import type { CelEngine, CelProgram } from './cel-engine.ts';

/** @property says what a broken rule is told with, where an expression makes the message. */
export type CompiledRule = ValidationRule & { readonly program: CelProgram; readonly says?: CelProgram };

/** The rules of a schema, laid out as the schema is; branches without any are left out. */
export type RuleTree = {
  readonly schema: StructuralSchema;
  readonly rules: readonly CompiledRule[];
  readonly properties: Readonly<Record<string, RuleTree>>;
  readonly additional?: RuleTree;
  readonly items?: RuleTree;
};

/** A rule that cannot be read; `path` leads through the schema. */
type RuleFault = { readonly path: FieldPath; readonly expression: string; readonly fault: string };

/**
 * Reads every rule of a schema once.
 *
 * @returns the rules, undefined when there are none; and what is wrong with those that cannot be read.
 */
export function compileRules(
  engine: CelEngine,
  schema: StructuralSchema,
): { readonly tree: RuleTree | undefined; readonly faults: readonly RuleFault[] } {
  const faults: RuleFault[] = [];
  return { tree: treeOf(engine, schema, { path: [], faults }), faults };
}

type Walk = { readonly path: FieldPath; readonly faults: RuleFault[] };

function treeOf(engine: CelEngine, schema: StructuralSchema, { path, faults }: Walk): RuleTree | undefined {
  const rules = (schema['x-kubernetes-validations'] ?? []).flatMap((rule, at) =>
    compiled(engine, rule, { path: [...path, 'x-kubernetes-validations', at], faults }),
  );
  const properties: [string, RuleTree][] = [];
  const others: { additional?: RuleTree; items?: RuleTree } = {};
  for (const branch of branchesOf(schema)) {
    const tree = treeOf(engine, branch.schema, { path: [...path, ...branch.path], faults });
    if (tree === undefined) continue;
    if (branch.kind === 'property') properties.push([branch.name, tree]);
    else others[branch.kind] = tree;
  }
  if (rules.length === 0 && properties.length === 0 && Object.keys(others).length === 0) return undefined;
  return { schema, rules, properties: Object.fromEntries(properties), ...others };
}

function compiled(engine: CelEngine, rule: ValidationRule, { path, faults }: Walk): CompiledRule[] {
  const program = engine.compile(rule.rule, 'bool');
  const says =
    rule.messageExpression === undefined ? undefined : engine.compile(rule.messageExpression, 'string');
  if ('fault' in program) {
    faults.push({ path: [...path, 'rule'], expression: rule.rule, fault: program.fault });
    return [];
  }
  if (says !== undefined && 'fault' in says) {
    const expression = rule.messageExpression ?? '';
    faults.push({ path: [...path, 'messageExpression'], expression, fault: says.fault });
    return [];
  }
  return [{ ...rule, program, ...(says === undefined ? {} : { says }) }];
}

type Branch = { readonly path: FieldPath; readonly schema: StructuralSchema } & (
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'additional' | 'items' }
);

function branchesOf({ properties = {}, items, additionalProperties }: StructuralSchema): readonly Branch[] {
  return [
    ...Object.entries(properties).map(
      ([name, schema]): Branch => ({ kind: 'property', name, path: ['properties', name], schema }),
    ),
    ...(items === undefined ? [] : [{ kind: 'items', path: ['items'], schema: items } as const]),
    ...(typeof additionalProperties === 'object'
      ? [{ kind: 'additional', path: ['additionalProperties'], schema: additionalProperties } as const]
      : []),
  ];
}
