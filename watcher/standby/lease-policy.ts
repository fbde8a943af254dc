/**
 * Who delivers, as a pure function of what a replica has seen. Times are the replica's own monotonic milliseconds:
 * the clock of another replica is never looked at, so it may be wrong by any amount.
 *
 * | standing | seen | decision |
 * |---|---|---|
 * | leader, renewed less than `renewDeadlineMs` ago | its own name, or nothing | `renew` |
 * | leader, renewed longer ago | anything | `stepDown` |
 * | leader | another name | `stepDown` |
 * | not eligible | anything | `wait` |
 * | standby | no Lease | `create` |
 * | standby | a Lease nobody holds, or its own | `acquire` |
 * | standby | a Lease of another, unchanged for its duration | `acquire` |
 * | standby | a Lease of another, changed since | `wait` |
 *
 * @see https://github.com/kubernetes/client-go/blob/v0.36.0/tools/leaderelection/leaderelection.go
 */
type LeaseDecision = 'create' | 'acquire' | 'renew' | 'stepDown' | 'wait';

export type LeaseTiming = {
  /** How long a standby waits for a leader that says nothing. */
  readonly durationMs: number;
  /** A leader that could not renew for so long stops; shorter than `durationMs`, so that it stops first. */
  readonly renewDeadlineMs: number;
  readonly renewIntervalMs: number;
  /** How often a standby looks, and a leader tries again. */
  readonly retryIntervalMs: number;
};

/** The Lease as last seen; `unchangedForMs`: since it was first seen like this. */
export type SeenLease =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'held';
      /** Empty when the last holder gave it up. */
      readonly holder: string;
      readonly durationMs: number;
      readonly unchangedForMs: number;
    };

type LeaseClaimant = {
  readonly identity: string;
  /** Knows its cluster, so that it could lead. */
  readonly eligible: boolean;
  /** Milliseconds since the last renewal was sent that succeeded; null when not leading. */
  readonly renewedAgoMs: number | null;
};

/** Timings out of the Lease's duration, in client-go's proportions but for the deadline: 4 to 3 to 1. */
export function leaseTiming(durationMs: number): LeaseTiming {
  return {
    durationMs,
    renewDeadlineMs: (durationMs * 3) / 4,
    renewIntervalMs: durationMs / 4,
    retryIntervalMs: Math.min(1_000, durationMs / 8),
  };
}

export function decideLease(me: LeaseClaimant, seen: SeenLease, timing: LeaseTiming): LeaseDecision {
  const isOthers = seen.kind === 'held' && seen.holder !== '' && seen.holder !== me.identity;
  if (me.renewedAgoMs !== null) {
    return isOthers || me.renewedAgoMs >= timing.renewDeadlineMs ? 'stepDown' : 'renew';
  }
  if (!me.eligible) return 'wait';
  if (seen.kind === 'absent') return 'create';
  return isOthers && seen.unchangedForMs < seen.durationMs ? 'wait' : 'acquire';
}
