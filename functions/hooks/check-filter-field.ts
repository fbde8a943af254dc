import { EXIT_CODE_OPERATORS, type ExitCodes } from '../../protocol/event/exit-filter.ts';
import {
  isLabelKey,
  isLabelValue,
  LARGEST_EXIT_CODE,
  MOST_EXIT_CODES,
  MOST_EXPRESSION_VALUES,
  MOST_LABEL_EXPRESSIONS,
  SMALLEST_EXIT_CODE,
} from '../../protocol/event/filter-limits.ts';
import { LABEL_OPERATORS, type LabelExpression } from '../../protocol/event/label-expression.ts';
import { refuseUnknownKeys } from './unknown-name.ts';

/**
 * Label expressions, checked.
 *
 * @param at what errors begin with.
 * @throws TypeError naming the field and what is allowed.
 */
export function checkLabelExpressions(at: string, value: unknown): readonly LabelExpression[] {
  if (!Array.isArray(value) || value.length > MOST_LABEL_EXPRESSIONS)
    throw new TypeError(
      `${at} must be a list of at most ${MOST_LABEL_EXPRESSIONS} { key, operator, values }`,
    );
  return value.map((each, index) => labelExpression(`${at}[${index}]`, each));
}

function labelExpression(at: string, value: unknown): LabelExpression {
  if (!isPlain(value)) throw new TypeError(`${at} must be an object { key, operator, values }`);
  refuseUnknownKeys(at, value, ['key', 'operator', 'values']);
  const { key, values = [] } = value;
  const operator = LABEL_OPERATORS.find((each) => each === value.operator);
  if (typeof key !== 'string' || !isLabelKey(key)) throw new TypeError(`${at}.key must be a label key`);
  if (operator === undefined)
    throw new TypeError(`${at}.operator must be one of ${LABEL_OPERATORS.join(', ')}`);
  const takesValues = operator === 'In' || operator === 'NotIn';
  const isList =
    Array.isArray(values) && values.every((each) => typeof each === 'string' && isLabelValue(each));
  if (!isList || values.length > MOST_EXPRESSION_VALUES || takesValues !== values.length > 0)
    throw new TypeError(
      `${at}.values must be ${takesValues ? `1 to ${MOST_EXPRESSION_VALUES} label values` : `left out: ${operator} takes none`}`,
    );
  return { key, operator, ...(takesValues && { values }) };
}

/** Exit codes, checked; as {@link checkLabelExpressions}. */
export function checkExitCodes(at: string, value: unknown): ExitCodes {
  if (!isPlain(value)) throw new TypeError(`${at} must be an object { operator, values }`);
  refuseUnknownKeys(at, value, ['operator', 'values']);
  const { values } = value;
  const operator = EXIT_CODE_OPERATORS.find((each) => each === value.operator);
  if (operator === undefined)
    throw new TypeError(`${at}.operator must be one of ${EXIT_CODE_OPERATORS.join(', ')}`);
  const isList = Array.isArray(values) && values.length > 0 && values.length <= MOST_EXIT_CODES;
  if (!isList || !values.every(isExitCode))
    throw new TypeError(
      `${at}.values must be 1 to ${MOST_EXIT_CODES} exit codes from ${SMALLEST_EXIT_CODE} to ${LARGEST_EXIT_CODE}`,
    );
  return { operator, values };
}

function isExitCode(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= SMALLEST_EXIT_CODE && Number(value) <= LARGEST_EXIT_CODE;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
