import type { FieldPath } from './field-path.ts';
import { fieldPathText } from './field-path.ts';
import { type FieldProblem, invalidValue, quoted, shownValue } from './field-problem.ts';
import { goPattern } from './go-pattern.ts';
import { hasFormat } from './string-formats.ts';
import type { StructuralSchema } from './structural-schema.ts';

/** Go counts characters, not the halves of JavaScript's strings. */
const lengthOf = (text: string) => [...text].length;

/** What is wrong with a text. */
export function stringProblems(schema: StructuralSchema, text: string, path: FieldPath): FieldProblem[] {
  const { maxLength, minLength, pattern, format } = schema;
  const body = `${fieldPathText(path)} in body`;
  const found: FieldProblem[] = [];
  // The first of the three is the only one that is told, as in kube-openapi's string validator.
  if (maxLength !== undefined && lengthOf(text) > maxLength) {
    const detail = `may not be more than ${maxLength} ${maxLength === 1 ? 'byte' : 'bytes'}`;
    found.push({ path, reason: 'FieldValueTooLong', shown: undefined, detail });
  } else if (minLength !== undefined && lengthOf(text) < minLength) {
    found.push(invalidValue(path, text, `${body} should be at least ${minLength} chars long`));
  } else if (pattern !== undefined && !goPattern(pattern).test(text)) {
    found.push(invalidValue(path, text, `${body} should match '${pattern}'`));
  }
  if (format !== undefined && !hasFormat(text, format)) {
    found.push(invalidValue(path, text, `${body} must be of type ${format}: ${quoted(text)}`));
  }
  return found;
}

/** What is wrong with a number. */
export function numberProblems(schema: StructuralSchema, value: number, path: FieldPath): FieldProblem[] {
  const { minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false, multipleOf } = schema;
  const should = (what: string) =>
    invalidValue(path, value, `${fieldPathText(path)} in body should be ${what}`);
  const found: FieldProblem[] = [];
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    found.push(should(`a multiple of ${multipleOf}`));
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    found.push(should(`less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`));
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    found.push(should(`greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`));
  }
  return found;
}

/** A value that is none of those that are allowed. */
export function unsupportedValue(path: FieldPath, value: unknown, allowed: readonly unknown[]): FieldProblem {
  const names = allowed.map((each) => quoted(typeof each === 'string' ? each : JSON.stringify(each)));
  const detail = `supported values: ${names.join(', ')}`;
  return { path, reason: 'FieldValueNotSupported', shown: shownValue(value), detail };
}
