import type { KnownRun } from './known-pod.ts';
import type { ShownRun } from './shown-run.ts';

/**
 * The remembered run that a status shows: the one with its containerID. Where either side has none (nodes that are no
 * kubelets show none, or not in every status) it is the one with its restartCount, as far as their starts agree.
 */
export function findRun(runs: readonly KnownRun[], shown: ShownRun): KnownRun | undefined {
  const { containerId } = shown;
  const same = containerId === null ? undefined : runs.find((run) => run.containerId === containerId);
  if (same) return same;
  const unnamed = runs.filter((run) => run.containerId === null || containerId === null);
  return (
    unnamed.findLast((run) => isSameCount(run, shown)) ?? unnamed.findLast((run) => isSameStart(run, shown))
  );
}

/** A start that one status shows and another does not makes no other run. */
function isSameCount(run: KnownRun, { index, startedAt }: ShownRun): boolean {
  const mayBe = startedAt === null || run.startedAt === null || run.startedAt === startedAt;
  return mayBe && run.restartCount === index;
}

/**
 * The count of a run in `lastState` is worked out from the status's: it can be too low where the node began to count anew,
 * and one too high while a container waits for its next run. Then the start decides. A run that counts higher than a known
 * one of the same second is another.
 */
function isSameStart(run: KnownRun, { index, startedAt, field, currentIndex }: ShownRun): boolean {
  const isStart = field === 'lastState' && startedAt !== null && run.startedAt === startedAt;
  if (!isStart || run.restartCount === currentIndex) return false;
  return index < run.restartCount || (currentIndex === null && run.restartCount === index - 1);
}
