import { equalJson, isObject, type Json, ownValue } from '../../objects/json-value.ts';
import type { FieldPath } from '../field-path.ts';
import { type FieldProblem, shownValue } from '../field-problem.ts';
import { itemKey } from '../list-duplicates.ts';
import type { RuleInput } from './cel-engine.ts';
import { celValue } from './cel-value.ts';
import type { CompiledRule, RuleTree } from './compile-rules.ts';

type Asked = {
  readonly value: Json;
  /** What was there before: undefined when the object is new or this part of it cannot be told apart. */
  readonly old: Json;
  readonly path: FieldPath;
};

/**
 * What a value breaks of the rules in CEL, outer rules first, in the words of apiextensions `schema/cel`. A part that an
 * update leaves as it was is not asked again.
 */
export function ruleProblems(tree: RuleTree, { value, old, path }: Asked): readonly FieldProblem[] {
  if (value === null || value === undefined) return [];
  if (old !== undefined && equalJson(value, old)) return [];
  return [
    ...tree.rules.flatMap((rule) => broken(tree, rule, { value, old, path })),
    ...(isObject(value) ? fieldProblems(tree, value, { old, path }) : []),
    ...(Array.isArray(value) && tree.items !== undefined ? itemProblems(tree, value, { old, path }) : []),
  ];
}

function fieldProblems(
  tree: RuleTree,
  value: Readonly<Record<string, Json>>,
  { old, path }: Omit<Asked, 'value'>,
): readonly FieldProblem[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const isDeclared = Object.hasOwn(tree.schema.properties ?? {}, key);
    const below = isDeclared ? ownRules(tree, key) : tree.additional;
    if (below === undefined) return [];
    return ruleProblems(below, { value: inner, old: ownValue(old, key), path: [...path, key] });
  });
}

function ownRules({ properties }: RuleTree, key: string): RuleTree | undefined {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

/** Only the items of lists of type `map` are known again after a change. */
function itemProblems(
  { schema, items }: RuleTree,
  value: readonly Json[],
  { old, path }: Omit<Asked, 'value'>,
): readonly FieldProblem[] {
  const isMap = schema['x-kubernetes-list-type'] === 'map';
  const before = isMap && Array.isArray(old) ? old : [];
  return value.flatMap((item, at) => {
    const same = before.find((each: Json) => equalJson(itemKey(schema, each), itemKey(schema, item)));
    return items === undefined ? [] : ruleProblems(items, { value: item, old: same, path: [...path, at] });
  });
}

function broken({ schema }: RuleTree, rule: CompiledRule, { value, old, path }: Asked): FieldProblem[] {
  if (rule.program.comparesOld && old === undefined && rule.optionalOldSelf !== true) return [];
  const input: RuleInput = {
    self: celValue(schema, value),
    ...(old === undefined ? {} : { oldSelf: celValue(schema, old) }),
  };
  const answer = rule.program.asks(input);
  if ('value' in answer && answer.value === true) return [];
  const detail =
    'failure' in answer
      ? `${answer.failure} evaluating rule: ${rule.rule}`
      : (ownMessage(rule, input) ?? `failed rule: ${rule.rule.trim()}`);
  const isScalar = typeof value !== 'object';
  const below = rule.fieldPath?.split('.').filter((part) => part !== '') ?? [];
  return [
    {
      path: [...path, ...below],
      reason: reasonOf(rule),
      shown: isScalar && reasonOf(rule) === 'FieldValueInvalid' ? shownValue(value) : undefined,
      detail,
    },
  ];
}

function ownMessage({ says, message }: CompiledRule, input: RuleInput): string | undefined {
  const said = says?.asks(input);
  if (said !== undefined && 'value' in said && typeof said.value === 'string') return said.value;
  return message;
}

function reasonOf({ reason }: CompiledRule): FieldProblem['reason'] {
  switch (reason) {
    case 'FieldValueForbidden':
    case 'FieldValueRequired':
    case 'FieldValueDuplicate':
      return reason;
    default:
      return 'FieldValueInvalid';
  }
}
