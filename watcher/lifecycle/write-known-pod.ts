import type { KnownContainer, KnownPod, KnownRun } from './known-pod.ts';

/** How {@link KnownRun.end} is written: by its place. */
export const RUN_ENDS = [
  'alive',
  'known',
  'unknown',
  'revived',
] as const satisfies readonly KnownRun['end'][];

/**
 * A Pod as the journal keeps it: JSON without the names of fields, and nothing twice. It is written anew for every change of
 * the Pod that means something, and is two thirds of what it would be with them. `readKnownPod` reads it again, by its key.
 */
export function writeKnownPod(known: KnownPod): string {
  const { pod, annotations, deletion } = known;
  return JSON.stringify([
    pod.namespace,
    pod.name,
    pod.node,
    pod.labels,
    pod.owner && [pod.owner.kind, pod.owner.name],
    annotations.subscribe.length === 0 && !annotations.ignore ? null : annotations,
    known.apiUid === pod.uid ? null : known.apiUid,
    known.mirror,
    known.nativeHooks,
    known.departed,
    known.goneSinceMs,
    deletion && [deletion.timestamp, deletion.gracePeriodSeconds],
    known.deletionRequestedAt,
    known.disruption,
    known.containers.map(writeContainer),
  ] satisfies WrittenPod);
}

function writeContainer(container: KnownContainer): WrittenContainer {
  const { name, kind, image, imageId, restartCount, announced, accounted, lastKilling, runs } = container;
  return [name, kind, image, imageId, restartCount, announced, accounted, lastKilling, runs.map(writeRun)];
}

function writeRun({ containerId, restartCount, startedAt, finishedAt, stopping, end }: KnownRun): WrittenRun {
  return [containerId, restartCount, startedAt, finishedAt, stopping, RUN_ENDS.indexOf(end)];
}

export type WrittenPod = readonly [
  namespace: KnownPod['pod']['namespace'],
  name: KnownPod['pod']['name'],
  node: KnownPod['pod']['node'],
  labels: KnownPod['pod']['labels'],
  owner: readonly [kind: string, name: string] | null,
  annotations: KnownPod['annotations'] | null,
  apiUid: string | null,
  mirror: boolean,
  nativeHooks: boolean,
  departed: boolean,
  goneSinceMs: KnownPod['goneSinceMs'],
  deletion: readonly [timestamp: string | null, gracePeriodSeconds: number | null] | null,
  deletionRequestedAt: KnownPod['deletionRequestedAt'],
  disruption: KnownPod['disruption'],
  containers: readonly WrittenContainer[],
];

export type WrittenContainer = readonly [
  name: string,
  kind: KnownContainer['kind'],
  image: string | null,
  imageId: string | null,
  restartCount: number,
  announced: boolean,
  accounted: number,
  lastKilling: string | null,
  runs: readonly WrittenRun[],
];

export type WrittenRun = readonly [
  containerId: string | null,
  restartCount: number,
  startedAt: string | null,
  finishedAt: string | null,
  stopping: boolean,
  end: number,
];
