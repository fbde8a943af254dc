import { type FieldPath, fieldPathText } from './field-path.ts';

/** What is wrong with a field, in the API server's terms (apimachinery `field.Error`). */
export type FieldProblem = {
  readonly path: FieldPath;
  readonly reason: keyof typeof TITLES;
  /** The offending value, as Go prints it; undefined: not shown. */
  readonly shown: string | undefined;
  readonly detail: string;
};

const TITLES = {
  FieldValueInvalid: 'Invalid value',
  FieldValueTypeInvalid: 'Invalid value',
  FieldValueRequired: 'Required value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueForbidden: 'Forbidden',
} as const;

/** After these, rules in CEL are not checked: they could rely on what is not so. */
const BLOCKING: readonly FieldProblem['reason'][] = [
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
];

export function blocksRules(problems: readonly FieldProblem[]): boolean {
  return problems.some(({ reason }) => BLOCKING.includes(reason));
}

/** What is said instead of what the rules would say. */
export const RULES_NOT_CHECKED: FieldProblem = {
  path: [],
  reason: 'FieldValueInvalid',
  shown: 'null',
  detail:
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/** `Invalid value: "x": why`. */
export function problemBody({ reason, shown, detail }: FieldProblem): string {
  return [TITLES[reason], ...(shown === undefined ? [] : [shown]), ...(detail === '' ? [] : [detail])].join(
    ': ',
  );
}

/** `spec.x: Invalid value: "x": why`. */
export function problemText(problem: FieldProblem): string {
  return `${fieldPathText(problem.path)}: ${problemBody(problem)}`;
}

/** A value that breaks a rule of its field. */
export function invalidValue(path: FieldPath, value: unknown, detail: string): FieldProblem {
  return { path, reason: 'FieldValueInvalid', shown: shownValue(value), detail };
}

export function requiredValue(path: FieldPath, detail = ''): FieldProblem {
  return { path, reason: 'FieldValueRequired', shown: undefined, detail };
}

/** A value that a list of unique ones has already. */
export function duplicateValue(path: FieldPath, value: unknown): FieldProblem {
  return { path, reason: 'FieldValueDuplicate', shown: shownValue(value), detail: '' };
}

/** A value as Go prints it: texts quoted, everything else as JSON. */
export function shownValue(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : (JSON.stringify(value) ?? 'null');
}

/** Go's `%q`: as JSON, but for control characters without a letter of their own. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/\\u00([01][0-9a-f])/g, (_, hex: string) =>
    hex === '07' ? '\\a' : hex === '0b' ? '\\v' : `\\x${hex}`,
  );
}
