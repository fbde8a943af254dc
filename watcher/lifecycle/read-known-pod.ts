import { NO_ANNOTATIONS } from '../../protocol/event/subscription-filter.ts';
import type { KnownContainer, KnownPod, KnownRun } from './known-pod.ts';
import { deletionRequestedAt, shownTime } from './snapshot/kubernetes-time.ts';
import { RUN_ENDS, type WrittenContainer, type WrittenPod, type WrittenRun } from './write-known-pod.ts';

/**
 * A Pod as the journal has it, see `writeKnownPod`.
 *
 * @param key its `pod.uid`.
 */
export function readKnownPod(key: string, json: string): KnownPod {
  const written = JSON.parse(json) as WrittenPod | Stored<KnownPod, Late>;
  return Array.isArray(written)
    ? readPodOf(key, written as WrittenPod)
    : readOlder(written as Stored<KnownPod, Late>);
}

function readPodOf(uid: string, written: WrittenPod): KnownPod {
  const [namespace, name, node, labels, owner, annotations, apiUid, mirror, nativeHooks, departed, ...rest] =
    written;
  const [goneSinceMs, deletion, deletionRequestedAt, disruption, containers] = rest;
  return {
    pod: { uid, namespace, name, node, labels, owner: owner && { kind: owner[0], name: owner[1] } },
    annotations: annotations ?? NO_ANNOTATIONS,
    mirror,
    apiUid: apiUid ?? uid,
    nativeHooks,
    departed,
    goneSinceMs,
    deletion: deletion && { timestamp: deletion[0], gracePeriodSeconds: deletion[1] },
    deletionRequestedAt,
    disruption,
    containers: containers.map(readContainerOf),
  };
}

function readContainerOf(written: WrittenContainer): KnownContainer {
  const [name, kind, image, imageId, restartCount, announced, accounted, lastKilling, runs] = written;
  const facts = { name, kind, image, imageId, restartCount };
  return { ...facts, announced, accounted, runs: runs.map(readRunOf), lastKilling };
}

function readRunOf([containerId, restartCount, startedAt, finishedAt, stopping, end]: WrittenRun): KnownRun {
  return { containerId, restartCount, startedAt, finishedAt, stopping, end: RUN_ENDS[end] ?? 'unknown' };
}

/** As versions before schema 7 of the journal wrote it; it lacks what they did not remember. */
function readOlder(pod: Stored<KnownPod, Late>): KnownPod {
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
