import { parseDuration } from '../../settings/parse-duration.ts';

type Vars = Readonly<Record<string, string | undefined>>;

/**
 * A variable that holds a duration, and the one that held it before, as a whole number without a unit.
 *
 * @property limits both inclusive, milliseconds.
 * @property wanted stands behind "must be".
 */
export type DurationVariable = {
  readonly name: string;
  readonly wanted: string;
  readonly limits: { readonly minMs: number; readonly maxMs: number };
  readonly former: {
    readonly name: string;
    readonly wanted: string;
    readonly pattern: RegExp;
    readonly unit: 's' | 'd';
  };
};

/**
 * Milliseconds; null where neither is set. An empty one is one that is not set.
 *
 * @throws RangeError for what is no such duration, and when both are set.
 */
export function readDurationVariable(variable: DurationVariable, vars: Vars): number | null {
  const { name, wanted, former, limits } = variable;
  const { minMs, maxMs } = limits;
  const text = vars[name]?.trim() ? vars[name] : undefined;
  const old = vars[former.name] === '' ? undefined : vars[former.name];
  if (text !== undefined && old !== undefined) {
    throw new RangeError(`${former.name} is called ${name} now, which is set too; unset ${former.name}`);
  }
  if (old !== undefined && !former.pattern.test(old)) {
    throw new RangeError(`${former.name} must be ${former.wanted}`);
  }
  const given = old === undefined ? text : `${old}${former.unit}`;
  if (given === undefined) return null;
  const ms = parseDuration(given);
  if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms;
  throw new RangeError(
    `${old === undefined ? name : former.name} must be ${old === undefined ? wanted : former.wanted}`,
  );
}

/** What to say of an old name that is in use: old -> new. Of one that cannot be used, reading it says more. */
export function durationVariableHint({ name, former }: DurationVariable, vars: Vars): string[] {
  const old = vars[former.name] ?? '';
  if (!former.pattern.test(old)) return [];
  return [`${former.name} -> ${name} (${old}${former.unit}): the old name still works`];
}
