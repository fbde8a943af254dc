import type * as z from 'zod/mini';

/**
 * Says in one clause what a schema issue expected and what kind of value it found, for example `expected string,
 * got nothing`. Never quotes the value. (`zod/mini` ships no messages of its own.)
 *
 * @param root the value that was parsed; the issue's path leads from it.
 */
export function describeIssue(issue: z.core.$ZodIssue, root: unknown): string {
  return `expected ${expectation(issue)}, got ${kindOf(valueAt(root, issue.path))}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'invalid_format':
      return issue.pattern === undefined
        ? `a string in the form ${issue.format}`
        : `a match of ${issue.pattern}`;
    case 'too_big':
      return `at most ${issue.maximum} ${unitOf(issue.origin)}`;
    case 'too_small':
      return `at least ${issue.minimum} ${unitOf(issue.origin)}`;
    default:
      return 'a value as the event schema says';
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return 'characters';
  return origin === 'array' ? 'items' : '';
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string')
    return `a string of ${value.length} character${value.length === 1 ? '' : 's'}`;
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
