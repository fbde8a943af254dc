import type { Claim } from '../consumer/claim-store.ts';

/**
 * A claim as an item keeps it, and what becomes of it: the same states and transitions as in `claim-table.ts`, as
 * functions of the item instead of SQL statements.
 *
 * @property untilMs end of the lease of a `running`, due time of a `failed` one; 0 otherwise.
 * @property openedAfter the attempts before it was last opened again; 0 if it never was.
 */
export type ClaimState = {
  readonly state: 'running' | 'failed' | 'completed' | 'givenUp';
  readonly attempt: number;
  readonly untilMs: number;
  readonly openedAfter: number;
};

/** What a claim answers; `next` is what to write if, and only if, it is `claimed`. */
export function decideClaim(
  current: ClaimState | null,
  leaseMs: number,
  nowMs: number,
): { readonly claim: Claim; readonly next: ClaimState | null } {
  if (current?.state === 'completed' || current?.state === 'givenUp') {
    return { claim: { kind: current.state }, next: null };
  }
  if (current !== null && current.untilMs > nowMs) {
    return { claim: { kind: 'busy', untilMs: current.untilMs }, next: null };
  }
  const { attempt: before, openedAfter } = current ?? { attempt: 0, openedAfter: 0 };
  const attempt = before + 1;
  return {
    claim: { kind: 'claimed', attempt, tries: attempt - openedAfter },
    next: { state: 'running', attempt, untilMs: nowMs + leaseMs, openedAfter },
  };
}

/** Completed, also from a run that has lost its claim. */
export function completed(current: ClaimState | null): ClaimState {
  const { attempt, openedAfter } = current ?? { attempt: 1, openedAfter: 0 };
  return { state: 'completed', attempt, untilMs: 0, openedAfter };
}

/** Failed, or given up with `null`; null when that attempt no longer holds the claim. */
export function failed(
  current: ClaimState | null,
  attempt: number,
  retryAtMs: number | null,
): ClaimState | null {
  if (current?.state !== 'running' || current.attempt !== attempt) return null;
  return { ...current, state: retryAtMs === null ? 'givenUp' : 'failed', untilMs: retryAtMs ?? 0 };
}

/** Due again, its tries counted from here; null when it is not settled. */
export function reopened(current: ClaimState | null): ClaimState | null {
  if (current?.state !== 'completed' && current?.state !== 'givenUp') return null;
  return { state: 'failed', attempt: current.attempt, untilMs: 0, openedAfter: current.attempt };
}
