import type { ExitCodes } from '../../protocol/event/exit-filter.ts';
import {
  isLabelKey,
  isLabelValue,
  LARGEST_EXIT_CODE,
  LONGEST_REASON,
  MOST_EXPRESSION_VALUES,
  REASON_PATTERN,
} from '../../protocol/event/filter-limits.ts';
import type { LabelExpression } from '../../protocol/event/label-expression.ts';
import type { Kind } from '../command/kind.ts';

/** Of a namespace or a container: an RFC 1123 label. */
export const nameValue: Kind<string> = {
  expected: 'a name of 1 to 63 of a-z, 0-9 and "-"',
  read: (given) => (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(given) ? given : undefined),
};

/** What is asked of one label, as kubectl writes it: `app=checkout`, `tier!=db`, `tier in (web,edge)`, `canary`, `!canary`. */
export const labelRequirementValue: Kind<LabelExpression> = {
  expected:
    'a label such as app=checkout, tier!=db, "tier in (web,edge)", "tier notin (db)", canary or !canary',
  read(given) {
    const [, not, alone] = /^\s*(!?)\s*(\S{1,317})\s*$/.exec(given) ?? [];
    const [, compared, sign, value = ''] =
      /^\s*([^\s=!]{1,317})\s*(==?|!=)\s*(\S{0,63})\s*$/.exec(given) ?? [];
    const [, listed, word, list = ''] =
      /^\s*(\S{1,317})\s+(in|notin)\s*\(([^()]{0,4096})\)\s*$/.exec(given) ?? [];
    if (compared !== undefined)
      return requirement({ key: compared, operator: sign === '!=' ? 'NotIn' : 'In', values: [value] });
    if (listed !== undefined) {
      const values = list.split(',').map((each) => each.trim());
      return requirement({ key: listed, operator: word === 'in' ? 'In' : 'NotIn', values });
    }
    if (alone === undefined) return undefined;
    return requirement({ key: alone, operator: not === '' ? 'Exists' : 'DoesNotExist' });
  },
};

/** Exit codes that are wanted, or behind `!` those that are not. */
export const exitCodesValue: Kind<ExitCodes> = {
  expected: 'exit codes from 0 to 255 such as 1,137, or "!0,143" for all others',
  read(given) {
    const [, not, list = ''] = /^(!?)(\d{1,3}(?:,\d{1,3}){0,254})$/.exec(given) ?? [];
    const values = list.split(',').map(Number);
    if (not === undefined || values.some((code) => code > LARGEST_EXIT_CODE)) return undefined;
    return { operator: not === '' ? 'In' : 'NotIn', values };
  },
};

/** Why a run ended. */
export const reasonValue: Kind<string> = {
  expected: 'a reason such as OOMKilled',
  read: (given) => (given.length <= LONGEST_REASON && REASON.test(given) ? given : undefined),
};

const REASON = new RegExp(REASON_PATTERN);

function requirement(expression: LabelExpression): LabelExpression | undefined {
  const { key, values = [] } = expression;
  const isPossible = isLabelKey(key) && values.length <= MOST_EXPRESSION_VALUES && values.every(isLabelValue);
  return isPossible ? expression : undefined;
}
