import type { KnownRun } from './known-pod.ts';
import type { ShownRun } from './shown-run.ts';

/**
 * The remembered run that a status shows: the one with its containerID. Where either side has none (nodes that are no
 * kubelets show none, or not in every status) it is the one with its restartCount, as far as their starts agree.
 */
export function findRun(runs: readonly KnownRun[], shown: ShownRun): KnownRun | undefined {
  const { containerId } = shown;
  const same = containerId === null ? undefined : runs.find((run) => run.containerId === containerId);
  return same ?? runs.findLast((run) => isUnnamed(run, shown) && isSameCount(run, shown));
}

function isUnnamed(run: KnownRun, shown: ShownRun): boolean {
  return run.containerId === null || shown.containerId === null;
}

/** A start that one status shows and another does not makes no other run. */
function isSameCount(run: KnownRun, { index, startedAt, isCountAhead }: ShownRun): boolean {
  const isSameStart = startedAt !== null && run.startedAt === startedAt;
  if (run.restartCount === index) return isSameStart || startedAt === null || run.startedAt === null;
  return isCountAhead && run.restartCount === index - 1 && isSameStart;
}
