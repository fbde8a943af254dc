import { isObject, type Json, ownValue } from '../objects/json-value.ts';
import type { PathStep } from './parse-json-path.ts';

/** Every value that a path leads to; none where there is nothing. */
export function readJsonPath(steps: readonly PathStep[], root: Json): readonly Json[] {
  return steps.reduce<readonly Json[]>(
    (values, step) => values.flatMap((value) => taken(step, value)),
    [root],
  );
}

function taken(step: PathStep, value: Json): readonly Json[] {
  switch (step.kind) {
    case 'field': {
      const found = ownValue(value, step.name);
      return found === undefined ? [] : [found];
    }
    case 'index': {
      const found: Json = Array.isArray(value) ? value.at(step.at) : undefined;
      return found === undefined ? [] : [found];
    }
    case 'every':
      return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    case 'filter':
      return Array.isArray(value) ? value.filter((item) => fits(step, item)) : [];
  }
}

function fits({ path, operator, operand }: PathStep & { kind: 'filter' }, item: Json): boolean {
  const [found] = readJsonPath(path, item);
  if (found === undefined || found === null) return false;
  if (operator === '==' || operator === '!=') return (found === operand) === (operator === '==');
  const [left, right] = [found, operand] as [string | number, string | number];
  if (typeof left !== typeof right) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
