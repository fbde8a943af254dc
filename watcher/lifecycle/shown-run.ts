import type { ContainerSnapshot, TerminatedState } from './pod-snapshot.ts';

/** One run as a container status shows it. */
export type ShownRun = {
  readonly containerId: string;
  readonly startedAt: string | null;
  /** null while it runs. */
  readonly terminated: TerminatedState | null;
  readonly field: 'state' | 'lastState';
  /** Its index by restartCount; a hint. */
  readonly index: number;
};

/** The runs a container status shows, older first: at most one in `lastState` and one in `state`. */
export function shownRuns(seen: ContainerSnapshot): readonly ShownRun[] {
  const current = currentRun(seen);
  const last = seen.last;
  if (!last?.containerId || last.containerId === current?.containerId) return current ? [current] : [];
  // While a container waits (CrashLoopBackOff), restartCount still counts the run that `lastState` shows.
  const index = current ? seen.restartCount - 1 : seen.restartCount;
  const older: ShownRun = {
    containerId: last.containerId,
    startedAt: startOf(last),
    terminated: last,
    field: 'lastState',
    index,
  };
  return current ? [older, current] : [older];
}

function currentRun(seen: ContainerSnapshot): ShownRun | null {
  const { state } = seen;
  const shown = { field: 'state', index: seen.restartCount } as const;
  if (state.kind === 'running' && seen.containerId) {
    return { ...shown, containerId: seen.containerId, startedAt: state.startedAt, terminated: null };
  }
  if (state.kind === 'terminated' && state.containerId) {
    return { ...shown, containerId: state.containerId, startedAt: startOf(state), terminated: state };
  }
  return null;
}

/** A container that the runtime could not start ends with reason StartError and a startedAt of 1970. */
function startOf(state: TerminatedState): string | null {
  return state.startedAt !== null && Date.parse(state.startedAt) > 0 ? state.startedAt : null;
}

/**
 * A `terminated` without containerID: the kubelet lost the container or made the state up
 * (`ContainerStatusUnknown`, `RestartingAllContainers`). It says that something ended, not what.
 */
export function syntheticEnd(
  seen: ContainerSnapshot,
): { state: TerminatedState; field: ShownRun['field'] } | null {
  if (seen.state.kind === 'terminated' && !seen.state.containerId)
    return { state: seen.state, field: 'state' };
  if (seen.last && !seen.last.containerId) return { state: seen.last, field: 'lastState' };
  return null;
}
