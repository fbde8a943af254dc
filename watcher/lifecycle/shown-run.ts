import type { ContainerSnapshot, TerminatedState } from './snapshot/pod-snapshot.ts';

/** One run as a container status shows it. */
export type ShownRun = {
  /** null on nodes that show none. */
  readonly containerId: string | null;
  readonly startedAt: string | null;
  /** null while it runs. */
  readonly terminated: TerminatedState | null;
  readonly field: 'state' | 'lastState';
  /** Its index by restartCount; a hint, but all there is besides the start where containerIDs are not shown. */
  readonly index: number;
  /** The index of the run in `state`, where that is one. */
  readonly currentIndex: number | null;
};

/**
 * The runs that a status shows of a container, older first: of each entry of its name at most one in `lastState` and
 * one in `state`.
 */
export function shownRuns(seen: ContainerSnapshot): readonly ShownRun[] {
  if (seen.older.length === 0) return runsOfEntry(seen);
  const runs: ShownRun[] = [];
  for (const run of [...seen.older, seen].flatMap(runsOfEntry)) {
    const at = runs.findIndex((other) => isSameRun(other, run));
    const before = runs[at];
    if (before === undefined) runs.push(run);
    else if (before.terminated === null) runs[at] = run;
  }
  return runs;
}

function runsOfEntry(seen: ContainerSnapshot): readonly ShownRun[] {
  const current = currentRun(seen);
  const { last, restartCount } = seen;
  if (last === null || isMadeUp(last, seen)) return current ? [current] : [];
  // While a container waits (CrashLoopBackOff), restartCount still counts the run that `lastState` shows.
  const index = Math.max(0, current ? restartCount - 1 : restartCount);
  const { containerId, startedAt } = last;
  const currentIndex = current === null ? null : restartCount;
  const older: ShownRun = {
    ...{ containerId, startedAt, index, currentIndex },
    terminated: last,
    field: 'lastState',
  };
  if (current === null) return [older];
  return isSameRun(older, current) ? [current] : [older, current];
}

function currentRun(seen: ContainerSnapshot): ShownRun | null {
  const { state } = seen;
  if (state.kind === 'waiting' || (state.kind === 'terminated' && isMadeUp(state, seen))) return null;
  const { startedAt } = state;
  const terminated = state.kind === 'terminated' ? state : null;
  // Some nodes show the containerID only at the top of the status.
  const containerId = terminated?.containerId ?? seen.containerId;
  const index = seen.restartCount;
  return { containerId, startedAt, terminated, field: 'state', index, currentIndex: index };
}

function isSameRun(a: ShownRun, b: ShownRun): boolean {
  if (a.containerId !== null || b.containerId !== null) return a.containerId === b.containerId;
  return a.index === b.index && a.startedAt === b.startedAt;
}

const MADE_UP_REASONS = new Set(['ContainerStatusUnknown', 'RestartingAllContainers']);

/**
 * The kubelet lost the container, or takes it away: it says that something ended, not what, and its exit code is made
 * up. The one without such a reason is of an init container that the runtime has collected: an end without times.
 */
function isMadeUp(state: TerminatedState, { kind, containerId }: ContainerSnapshot): boolean {
  if (state.reason !== null && MADE_UP_REASONS.has(state.reason)) return true;
  const hasNothing = state.containerId === null && state.startedAt === null && state.finishedAt === null;
  return hasNothing && kind === 'init' && containerId === null && state.reason === 'Completed';
}

/** The made-up end in a status, if there is one. */
export function syntheticEnd({
  older,
  ...newest
}: ContainerSnapshot): { state: TerminatedState; field: ShownRun['field'] } | null {
  for (const entry of [{ ...newest, older: [] }, ...older]) {
    const { state, last } = entry;
    if (state.kind === 'terminated' && isMadeUp(state, entry)) return { state, field: 'state' };
    if (last !== null && isMadeUp(last, entry)) return { state: last, field: 'lastState' };
  }
  return null;
}
