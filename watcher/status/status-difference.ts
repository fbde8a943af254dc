import { sameJson } from '../lifecycle/same-json.ts';
import type { ObjectStatus } from './object-status.ts';

/**
 * What of a status would be news: `condition`, which somebody may wait for (a condition's status or reason, the generation
 * that was observed, the target, keys, a test), or only `counters`: what waits, what came last, and the words of a
 * condition, which can say another thing with every attempt.
 */
export type StatusDifference = 'condition' | 'counters';

/** @param said what the object says now. @returns null: nothing is new. */
export function statusDifference(
  said: Partial<ObjectStatus>,
  desired: Partial<ObjectStatus>,
): StatusDifference | null {
  if (!sameJson(gist(said), gist(desired))) return 'condition';
  return sameJson(said, desired) ? null : 'counters';
}

function gist({ observedGeneration, conditions = [], target, publicKeys, lastTest }: Partial<ObjectStatus>) {
  const verdicts = conditions.map(({ message, lastTransitionTime, ...verdict }) => verdict);
  return [observedGeneration, verdicts, target, publicKeys, lastTest];
}
