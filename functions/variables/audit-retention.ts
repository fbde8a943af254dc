import { type DurationVariable, durationVariableHint, readDurationVariable } from './duration-variable.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

type AuditRetentionVars = {
  readonly AUDIT_RETENTION?: string | undefined;
  readonly AUDIT_RETENTION_DAYS?: string | undefined;
};

const AUDIT_RETENTION: DurationVariable = {
  name: 'AUDIT_RETENTION',
  wanted: `a duration from 1d to ${MOST_DAYS}d, such as 400d`,
  limits: { minMs: DAY_MS, maxMs: MOST_DAYS * DAY_MS },
  former: {
    name: 'AUDIT_RETENTION_DAYS',
    wanted: `a whole number of days from 1 to ${MOST_DAYS}`,
    pattern: /^\d{1,5}$/,
    unit: 'd',
  },
};

/**
 * What `AUDIT_RETENTION` says, or `AUDIT_RETENTION_DAYS`, in milliseconds; null (for ever) when neither is set.
 *
 * @throws RangeError for anything but a duration from one day to 36,500.
 */
export function auditRetentionMs(vars: AuditRetentionVars): number | null {
  return readDurationVariable(AUDIT_RETENTION, vars);
}

/** A word about the old name, where it is used. */
export function auditRetentionHints(vars: AuditRetentionVars): readonly string[] {
  return durationVariableHint(AUDIT_RETENTION, vars);
}
