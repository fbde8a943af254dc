import type { WatcherConfig } from '../config/watcher-config.ts';
import type { PodFacts } from '../lifecycle/known-pod.ts';
import { createEventSource } from '../source/event-source.ts';
import { createPodSource } from '../source/pod-source.ts';
import type { SetAside } from '../source/sink/set-aside.ts';
import type { BatchSink } from '../source/sink/source-batch.ts';
import type { Source, SourceDeps } from '../source/source.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/** `events` is null where the configuration wants none; `all` are those to start and stop. */
export type Sources = {
  readonly pods: Source;
  readonly events: Source | null;
  readonly all: readonly Source[];
};

/**
 * What is followed of the cluster, into one sink.
 */
export function openSources(
  { config, cluster, clock, random, log }: WatcherDeps,
  into: Pick<SourceDeps, 'sameCluster'> & { readonly sink: BatchSink; readonly setAside: SetAside },
): Sources {
  const { watch } = config;
  const scope = { namespaces: watch.namespaces, node: watch.node };
  const shared = { ...into, ...scope, cluster, clock, random, log };
  const pods = createPodSource({ ...shared, resyncIntervalMs: watch.resyncIntervalMs });
  const events = watch.kubeletEvents ? createEventSource(shared) : null;
  return { pods, events, all: events === null ? [pods] : [pods, events] };
}

/** Whether the configuration follows a Pod. */
export function followedBy({ namespaces, node }: WatcherConfig['watch']) {
  return (pod: PodFacts): boolean =>
    (namespaces === undefined || namespaces.includes(pod.namespace)) &&
    (node === undefined || pod.node === node);
}
