import { NO_ANNOTATIONS } from '../../protocol/event/subscription-filter.ts';
import type { KnownContainer, KnownPod, KnownRun } from './known-pod.ts';
import { deletionRequestedAt, shownTime } from './snapshot/kubernetes-time.ts';

/** A Pod as the journal has it; one that an older version wrote lacks what that did not remember. */
export function readKnownPod(json: string): KnownPod {
  const pod = JSON.parse(json) as Stored<KnownPod, Late>;
  // Also one that no date can say.
  const deletion = pod.deletion && { ...pod.deletion, timestamp: shownTime(pod.deletion.timestamp) };
  return {
    annotations: NO_ANNOTATIONS,
    apiUid: pod.pod.uid,
    nativeHooks: false,
    departed: false,
    ...pod,
    deletion,
    deletionRequestedAt: pod.deletionRequestedAt ?? (deletion && deletionRequestedAt(deletion)),
    containers: (pod.containers ?? []).map(readContainer),
  };
}

type Late = 'annotations' | 'apiUid' | 'nativeHooks' | 'departed' | 'deletionRequestedAt' | 'containers';
type Stored<T, Late extends keyof T> = Omit<T, Late> & Partial<Pick<T, Late>>;

function readContainer(container: Stored<KnownContainer, 'lastKilling'>): KnownContainer {
  const { accounted, runs, lastKilling = null } = container;
  const oldest = accounted - runs.length + 1;
  return { ...container, lastKilling, runs: runs.map((run, at) => readRun(run, Math.max(0, oldest + at))) };
}

function readRun(run: Stored<KnownRun, 'restartCount' | 'finishedAt'>, restartCount: number): KnownRun {
  return { ...run, restartCount: run.restartCount ?? restartCount, finishedAt: run.finishedAt ?? null };
}
