import type {
  ContainerSnapshot,
  ContainerState,
  PodSnapshot,
} from '../../../watcher/lifecycle/snapshot/pod-snapshot.ts';
import type { BatchSink } from '../../../watcher/source/sink/source-batch.ts';
import type { Mutation } from '../mutation.ts';
import { mapPods } from './change-batch.ts';

/** Mistakes in what is concluded of clocks, odd nodes and things that are taken back. */
export const CONCLUDING_MUTATIONS: readonly Mutation[] = [
  {
    name: 'older-start-is-old-news',
    mistake:
      'a run that began before one that is known, by the clock of its node, is taken for one told long ago',
    caughtBy: ['Complete'],
    sink: (sink) => {
      const newest = new Map<string, number>();
      return changingContainers(sink, (container, pod) => {
        const key = `${pod.key}/${container.name}`;
        const { state } = container;
        const started = state.kind === 'waiting' || !state.startedAt ? null : Date.parse(state.startedAt);
        if (started === null) return container;
        if (started < (newest.get(key) ?? 0)) return { ...container, state: NOTHING, last: null };
        newest.set(key, started);
        return container;
      });
    },
  },
  {
    name: 'no-id-no-run',
    mistake: 'what has no containerID is no run',
    caughtBy: ['Complete'],
    sink: (sink) =>
      changingContainers(sink, (container) =>
        container.containerId === null && container.state.kind !== 'waiting'
          ? { ...container, state: NOTHING }
          : container,
      ),
  },
  {
    name: 'made-up-end-is-final',
    mistake: 'a run whose end was made up is not taken up again when it is shown running',
    caughtBy: ['Complete'],
    sink: (sink) => {
      const ended = new Set<string>();
      return changingContainers(sink, (container, pod) => {
        const key = `${pod.key}/${container.name}/${container.containerId}`;
        const { state } = container;
        if (state.kind === 'terminated' && state.reason === 'ContainerStatusUnknown') ended.add(key);
        return state.kind === 'running' && ended.has(key) ? { ...container, state: NOTHING } : container;
      });
    },
  },
  {
    name: 'one-entry-a-name',
    mistake: 'of two entries of one name the older is not read',
    caughtBy: ['Complete'],
    sink: (sink) => changingContainers(sink, (container) => ({ ...container, older: [] })),
  },
  {
    name: 'disruption-sticks',
    mistake: 'a disruption that is over stays the reason of whatever ends the Pod',
    caughtBy: ['NoPhantom'],
    sink: (sink) => {
      const seen = new Map<string, string>();
      return changingPods(sink, (pod) => {
        if (pod.disruption !== null) seen.set(pod.key, pod.disruption);
        return { ...pod, disruption: pod.disruption ?? seen.get(pod.key) ?? null };
      });
    },
  },
  {
    name: 'deletion-sticks',
    mistake: 'a deletion that was withdrawn goes on for the runs that start later',
    caughtBy: ['NoPhantom'],
    sink: (sink) => {
      const seen = new Map<string, NonNullable<PodSnapshot['deletion']>>();
      return changingPods(sink, (pod) => {
        if (pod.deletion !== null && !pod.mirror) seen.set(pod.key, pod.deletion);
        return { ...pod, deletion: pod.deletion ?? seen.get(pod.key) ?? null };
      });
    },
  },
];

const NOTHING: ContainerState = { kind: 'waiting', reason: null };

function changingPods(sink: BatchSink, change: (pod: PodSnapshot) => PodSnapshot): BatchSink {
  return { ...sink, accept: (batch) => sink.accept(mapPods(batch, change)) };
}

function changingContainers(
  sink: BatchSink,
  change: (container: ContainerSnapshot, pod: PodSnapshot) => ContainerSnapshot,
): BatchSink {
  return changingPods(sink, (pod) => ({
    ...pod,
    containers: pod.containers.map((container) => change(container, pod)),
  }));
}
