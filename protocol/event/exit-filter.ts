import type { Exit } from './lifecycle-event.ts';

export const EXIT_CODE_OPERATORS = ['In', 'NotIn'] as const;

/** Exit codes that are wanted, or those that are not, as a Job's `podFailurePolicy` names them. */
export type ExitCodes = {
  readonly operator: (typeof EXIT_CODE_OPERATORS)[number];
  readonly values: readonly number[];
};

/**
 * Which ends of a run are wanted; both must agree, and what is left out admits every end.
 *
 * @property reasons for example `OOMKilled`.
 */
export type ExitFilter = {
  readonly exitCodes?: ExitCodes | undefined;
  readonly reasons?: readonly string[] | undefined;
};

/** What of an end is looked at. */
export type ExitSubject = Pick<Exit, 'code' | 'reason'>;

/**
 * Whether an end is wanted. A code that nobody knows is in no list and not in none: `NotIn` does not admit it either, or
 * it would tell of failures that turn out to be none. Should it become known, the amendment is matched by what that says.
 *
 * @param exit absent for events that tell of no end: a filter that asks for one does not admit them.
 */
export function matchesExit({ exitCodes, reasons }: ExitFilter, exit: ExitSubject | undefined): boolean {
  if (exitCodes === undefined && reasons === undefined) return true;
  if (exit === undefined) return false;
  return admitsCode(exitCodes, exit.code) && admitsReason(reasons, exit.reason);
}

function admitsCode(wanted: ExitCodes | undefined, code: number | null): boolean {
  if (wanted === undefined) return true;
  return code !== null && wanted.values.includes(code) === (wanted.operator === 'In');
}

function admitsReason(wanted: readonly string[] | undefined, reason: string | null): boolean {
  return wanted === undefined || (reason !== null && wanted.includes(reason));
}
