import * as z from 'zod';
import { EXIT_CODE_OPERATORS } from '../../protocol/event/exit-filter.ts';
import {
  LARGEST_EXIT_CODE,
  LONGEST_REASON,
  MOST_EXIT_CODES,
  MOST_REASONS,
  REASON_PATTERN,
  SMALLEST_EXIT_CODE,
} from '../../protocol/event/filter-limits.ts';
import { expected, expectedUnseen } from '../../settings/expected.ts';
import { oneOf, wholeNumber } from '../../settings/scalar.ts';
import { section } from '../../settings/section.ts';
import { distinct, nameList } from './name-list.ts';

const REASON = new RegExp(REASON_PATTERN);

/** Exit codes that are wanted, or those that are not: `{ operator: NotIn, values: [0, 143] }`. */
export function exitCodesSchema() {
  const code = wholeNumber(SMALLEST_EXIT_CODE, LARGEST_EXIT_CODE);
  return section(
    {
      operator: oneOf(EXIT_CODE_OPERATORS),
      values: distinct(z.array(code, expectedUnseen('a list of exit codes, such as [0, 143]')))
        .min(1, { error: 'the empty list means nothing; leave exitCodes out for all' })
        .max(MOST_EXIT_CODES, { error: `expected at most ${MOST_EXIT_CODES} exit codes` }),
    },
    { op: 'operator', codes: 'values', value: 'values' },
  );
}

/** Why a run ended, in Kubernetes' words: `[OOMKilled]`. */
export function reasonsSchema() {
  const wanted = expected(`a reason such as OOMKilled: 1 to ${LONGEST_REASON} letters and digits`);
  const reason = z.string(wanted).max(LONGEST_REASON, wanted).regex(REASON, wanted);
  return nameList(reason, 'reasons', { names: MOST_REASONS });
}

type Ends = {
  readonly hooks?: readonly string[] | undefined;
  readonly exitCodes?: unknown;
  readonly reasons?: unknown;
};

/** The keys about ends in a subscription that hears of something else, too: of that they would admit nothing. */
export function misplacedExitKeys({
  hooks,
  exitCodes,
  reasons,
}: Ends): { path: string[]; message: string }[] {
  if (Array.isArray(hooks) && hooks.every((hook) => hook === 'postStop')) return [];
  const message = 'only postStop tells how a run ended; needs hooks: [postStop], and no other hook';
  const given = { exitCodes, reasons };
  return Object.entries(given).flatMap(([key, value]) =>
    value === undefined ? [] : [{ path: [key], message }],
  );
}
