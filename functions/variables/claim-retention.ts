import { type DurationVariable, durationVariableHint, readDurationVariable } from './duration-variable.ts';

/**
 * How long it is remembered what was received and who has handled it, unless told otherwise: 16 days. Ids are remembered
 * longer than any sender or queue repeats them (`wire.md`).
 */
export const RETENTION_MS = 16 * 24 * 3_600_000;

type RetentionVars = {
  readonly RETENTION?: string | undefined;
  readonly RETENTION_SECONDS?: string | undefined;
};

const RETENTION: DurationVariable = {
  name: 'RETENTION',
  wanted: 'a duration above zero, such as 16d',
  limits: { minMs: 1, maxMs: 36_500 * 24 * 3_600_000 },
  former: {
    name: 'RETENTION_SECONDS',
    wanted: 'a whole number of seconds above zero',
    pattern: /^[1-9]\d{0,8}$/,
    unit: 's',
  },
};

/**
 * What `RETENTION` says, or `RETENTION_SECONDS`, in milliseconds; 16 days when neither is set.
 *
 * @throws RangeError for anything but a duration above zero, such as `16d`.
 */
export function retentionMs(vars: RetentionVars): number {
  return readDurationVariable(RETENTION, vars) ?? RETENTION_MS;
}

/** A word about the old name, where it is used. */
export function retentionHints(vars: RetentionVars): readonly string[] {
  return durationVariableHint(RETENTION, vars);
}
