import type { Claim } from '../../../consumer/claim-store.ts';
import type { HandlerRun } from '../../../timeline/run-log.ts';

/**
 * A claim as an item keeps it, and what becomes of it: the same states and transitions as in `claim-table.ts`, as
 * functions of the item instead of SQL statements.
 *
 * @property untilMs end of the lease of a `running`, due time of a `failed` one; 0 otherwise.
 * @property openedAfter the attempts before it was last opened again; 0 if it never was.
 * @property runs those that ended under the claim and may not be in the run log yet.
 */
export type ClaimState = {
  readonly state: 'running' | 'failed' | 'completed' | 'givenUp';
  readonly attempt: number;
  readonly untilMs: number;
  readonly openedAfter: number;
  readonly runs: readonly HandlerRun[];
};

/** What a claim answers; `next` is what to write if, and only if, it is `claimed`. */
export function decideClaim(
  current: ClaimState | null,
  leaseMs: number,
  nowMs: number,
): { readonly claim: Claim; readonly next: ClaimState | null } {
  if (current?.state === 'completed' || current?.state === 'givenUp') {
    return { claim: { kind: current.state, ...runsOf(current) }, next: null };
  }
  if (current !== null && current.untilMs > nowMs) {
    return { claim: { kind: 'busy', untilMs: current.untilMs }, next: null };
  }
  const { attempt: before, openedAfter, runs } = current ?? { attempt: 0, openedAfter: 0, runs: [] };
  const attempt = before + 1;
  return {
    claim: { kind: 'claimed', attempt, tries: attempt - openedAfter, ...runsOf({ runs }) },
    next: { state: 'running', attempt, untilMs: nowMs + leaseMs, openedAfter, runs },
  };
}

/** Completed, also from a run that has lost its claim. */
export function completed(current: ClaimState | null, run: HandlerRun): ClaimState {
  const { attempt, openedAfter, runs } = current ?? { attempt: 1, openedAfter: 0, runs: [] };
  return { state: 'completed', attempt, untilMs: 0, openedAfter, runs: [...runs, run] };
}

/** Failed, or given up with `null`; only the run is added when its attempt no longer holds the claim. */
export function failed(
  current: ClaimState | null,
  run: HandlerRun,
  retryAtMs: number | null,
): ClaimState | null {
  if (current === null) return null;
  const next = { ...current, runs: [...current.runs, run] };
  if (current.state !== 'running' || current.attempt !== run.attempt) return next;
  return { ...next, state: retryAtMs === null ? 'givenUp' : 'failed', untilMs: retryAtMs ?? 0 };
}

/** Without the runs of these attempts; null when it has none of them. */
export function recorded(current: ClaimState | null, attempts: readonly number[]): ClaimState | null {
  const runs = current?.runs.filter(({ attempt }) => !attempts.includes(attempt)) ?? [];
  return current === null || runs.length === current.runs.length ? null : { ...current, runs };
}

/** Due again, its tries counted from here; null when it is not settled. */
export function reopened(current: ClaimState | null): ClaimState | null {
  if (current?.state !== 'completed' && current?.state !== 'givenUp') return null;
  return { ...current, state: 'failed', untilMs: 0, openedAfter: current.attempt };
}

function runsOf({ runs }: Pick<ClaimState, 'runs'>): Pick<Claim & { kind: 'completed' }, 'runs'> {
  return runs.length === 0 ? {} : { runs };
}
