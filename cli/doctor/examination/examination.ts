import type { Clock } from '../../../settings/ambient/clock.ts';
import { withDeadline } from '../../../settings/ambient/deadline.ts';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { type Finding, type FindingStatus, notOk } from './finding.ts';

/** A check under way, for those that need what it finds. */
export type Examined<T> = { readonly title: string; readonly finding: Promise<Finding<T> | 'skipped'> };

type ValuesOf<Needs extends readonly Examined<unknown>[]> = {
  readonly [Index in keyof Needs]: Needs[Index] extends Examined<infer T> ? T : never;
};

/**
 * One line of the list.
 *
 * @property id for programs, stable: `cluster.version`.
 * @property group what it is listed under.
 * @property needs what must have been found first; where one of them failed, this one is skipped.
 * @property run must heed its signal where it can; what takes longer than the deadline has failed.
 */
type Check<T, Needs extends readonly Examined<unknown>[]> = {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly needs: Needs;
  run(given: ValuesOf<Needs>, signal: AbortSignal): Promise<Finding<T>> | Finding<T>;
};

export type ReportedCheck = {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly status: FindingStatus;
  readonly message: string;
  readonly hints: readonly string[];
  /** The message in parts, for programs; not with every check. */
  readonly details?: Readonly<Record<string, unknown>>;
};

export interface Examination {
  readonly clock: Clock;
  /** Longest time for one check. */
  readonly deadlineMs: number;
  /** Aborted when everything is to end. */
  readonly signal: AbortSignal;
  /** Begins a check as soon as what it needs is there: those that need nothing of each other run at the same time. */
  check<T = undefined, const Needs extends readonly Examined<unknown>[] = readonly []>(
    check: Check<T, Needs>,
  ): Examined<T>;
  /** Everything that was begun, in that order, once all have ended. @throws what a check threw, which is a defect. */
  report(): Promise<readonly ReportedCheck[]>;
}

/** @param signal ends everything, with its reason. */
export function createExamination(deps: {
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}): Examination {
  const { clock, deadlineMs: ms, signal } = deps;
  const reported: Promise<ReportedCheck>[] = [];
  const overdue = () => new Overdue(`took longer than ${ms / 1000} s`);

  async function examine<T, Needs extends readonly Examined<unknown>[]>(
    check: Check<T, Needs>,
  ): Promise<Finding<T> | Examined<unknown>> {
    const found = await Promise.all(check.needs.map(({ finding }) => finding));
    const values = found.map((each) => (each !== 'skipped' && 'value' in each ? each : null));
    const missing = check.needs[values.indexOf(null)];
    if (missing !== undefined) return missing;
    const given = values.map((each) => each?.value) as unknown as ValuesOf<Needs>;
    try {
      return await withDeadline(clock, { ms, overdue, signal }, (within) => check.run(given, within));
    } catch (error) {
      if (error instanceof Overdue) return notOk(messageOf(error));
      throw error;
    }
  }

  return {
    clock,
    deadlineMs: ms,
    signal,
    check(check) {
      const examined = examine(check);
      // Whoever asks for the report hears of it.
      examined.catch(() => {});
      reported.push(examined.then((outcome) => reportOf(check, outcome)));
      reported.at(-1)?.catch(() => {});
      const finding = examined.then((outcome) => ('status' in outcome ? outcome : 'skipped'));
      finding.catch(() => {});
      return { title: check.title, finding };
    },
    report: () => Promise.all(reported),
  };
}

class Overdue extends Error {
  override readonly name = 'Overdue';
}

function reportOf(
  { id, group, title }: Pick<ReportedCheck, 'id' | 'group' | 'title'>,
  outcome: Finding<unknown> | Examined<unknown>,
): ReportedCheck {
  if ('status' in outcome) {
    const { status, message, hints, details } = outcome;
    return { id, group, title, status, message, hints, ...(details && { details }) };
  }
  return { id, group, title, status: 'skipped', message: `needs: ${outcome.title}`, hints: [] };
}
