import type { ObjectStanding, ReadyReason } from '../subscriptions/objects/object-standing.ts';
import type { ConditionStatus, Verdict } from './status-condition.ts';

/**
 * The condition `Ready`: whether the spec is accepted and everything it refers to was found. It says nothing of the
 * receiver's health: `helm --wait` and Flux wait for this condition, and must not wait for somebody else's server.
 */
export function readyVerdict({ ready }: Pick<ObjectStanding, 'ready'>): Verdict {
  return { status: readyStatus(ready.reason), reason: ready.reason, message: ready.message };
}

/** `Unknown` before it was looked at, `True` for `Accepted`, `False` for whatever is wrong. */
export function readyStatus(reason: ReadyReason): ConditionStatus {
  if (reason === 'Pending') return 'Unknown';
  return reason === 'Accepted' ? 'True' : 'False';
}
