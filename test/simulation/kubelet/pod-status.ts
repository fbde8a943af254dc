import type { StoredObject } from '../api/cluster-store.ts';
import type { ContainerTruth, PodTruth, RunTruth } from './pod-truth.ts';

const HOOKS = { preStop: { exec: { command: ['drain'] } } };

/** The Pod object as API server and kubelet write it: optional fields are null, times whole seconds. */
export function podObject(pod: PodTruth): StoredObject {
  const { deletion, hash } = pod;
  const sidecars = pod.containers.filter(({ kind }) => kind === 'sidecar').map(({ name }) => name);
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: pod.name,
      namespace: pod.namespace,
      uid: pod.uid,
      labels: { app: pod.name },
      annotations:
        hash === null ? {} : { 'kubernetes.io/config.mirror': hash, 'kubernetes.io/config.hash': hash },
      ownerReferences:
        hash === null ? [] : [{ apiVersion: 'v1', kind: 'Node', name: pod.node, uid: 'n', controller: true }],
      deletionTimestamp: deletion && seconds(deletion.atMs + deletion.graceSeconds * 1000),
      deletionGracePeriodSeconds: deletion?.graceSeconds ?? null,
    },
    spec: {
      nodeName: pod.node,
      initContainers: sidecars.map((name) => ({ name, restartPolicy: 'Always' })),
      containers: [{ name: 'app', env: [{ name: 'TOKEN', value: 'canary' }], lifecycle: HOOKS }],
    },
    status: {
      phase: pod.phase,
      startTime: seconds(pod.startTimeMs),
      conditions:
        pod.disruption === null
          ? []
          : [
              {
                type: 'DisruptionTarget',
                status: pod.disruptionIsOver ? 'False' : 'True',
                reason: pod.disruption,
              },
            ],
      initContainerStatuses: statuses(pod, ['init', 'sidecar']),
      containerStatuses: statuses(pod, ['app']),
      ephemeralContainerStatuses: statuses(pod, ['ephemeral']),
    },
  };
}

/** The kubelet writes no container statuses before it has taken the Pod. */
function statuses(pod: PodTruth, kinds: readonly ContainerTruth['kind'][]) {
  if (pod.startTimeMs === null) return null;
  return pod.containers
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap(entriesOf)
    .map((entry) => ({ ...entry, ...shownIds(entry, pod.shows) }));
}

/** Which runs an entry means, for the validators where the node does not say so. */
export type Simulated = { readonly run: string | null; readonly last: string | null };

type Terminated = {
  readonly exitCode: number;
  readonly signal: null;
  readonly reason: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly containerID?: string;
};
type State =
  | { readonly waiting: { readonly reason: string } }
  | { readonly running: { readonly startedAt: string | null } }
  | { readonly terminated: Terminated };
type Entry = Omit<ReturnType<typeof containerStatus>, 'state'> & { readonly state: State };

/** One entry, or two of one name: the run before has its own then. */
function entriesOf(container: ContainerTruth): readonly Entry[] {
  const { olderEntry, runs, says, restartCount } = container;
  const newest = containerStatus(container);
  const before = runs.at(-2);
  const isRun = says === 'running' || says === 'terminated';
  if (olderEntry === 'none' || before === undefined || before.lost || !isRun) return [newest];
  const state = { terminated: terminated(before) };
  const ids = { containerID: before.id, simulated: { run: before.id, last: null } };
  const older: Entry = {
    ...newest,
    ...ids,
    ready: false,
    restartCount: restartCount - 1,
    state,
    lastState: {},
  };
  const alone: Entry = { ...newest, lastState: {} };
  return olderEntry === 'before' ? [older, alone] : [alone, older];
}

/** What a node lets see of the containerIDs. */
function shownIds({ state, lastState, containerID }: Entry, shows: PodTruth['shows']): Partial<Entry> {
  if (shows === 'ids') return {};
  const withoutId = ({ containerID: _, ...facts }: Terminated) => facts;
  return {
    state: 'terminated' in state ? { terminated: withoutId(state.terminated) } : state,
    // Without an id in it, lastState cannot name the run that the top of an earlier status named.
    lastState:
      shows === 'noIds' && lastState.terminated ? { terminated: withoutId(lastState.terminated) } : {},
    containerID: shows === 'topIds' ? containerID : '',
  };
}

function containerStatus(container: ContainerTruth) {
  const { name, says, runs, restartCount } = container;
  const current = runs.at(-1) ?? null;
  const shows = says === 'running' || says === 'terminated' || says === 'misjudged';
  const last = shows ? (runs.at(-2) ?? null) : current;
  const lastShown =
    last === null || says === 'lost' ? null : last.lost && !last.found ? SYNTHETIC : terminated(last);
  return {
    name,
    image: `${name}:1`,
    imageID: `sha256:${name}`,
    restartCount: says === 'misjudged' ? restartCount + 1 : restartCount,
    ready: says === 'running',
    containerID: shows || says === 'backoff' ? (current?.id ?? '') : '',
    state: stateOf(container, current),
    lastState: (lastShown === null ? {} : { terminated: lastShown }) as { terminated?: Terminated },
    simulated: { run: current?.id ?? null, last: last?.id ?? null } as Simulated,
  };
}

function stateOf({ says, waiting }: ContainerTruth, current: RunTruth | null): State {
  switch (says) {
    case 'creating':
      return { waiting: { reason: waiting } };
    case 'running':
      return { running: { startedAt: seconds(current?.startedAtMs ?? null) } };
    case 'terminated':
      return { terminated: current ? terminated(current) : SYNTHETIC };
    case 'backoff':
      return { waiting: { reason: 'CrashLoopBackOff' } };
    case 'lost':
    case 'misjudged':
      return { terminated: SYNTHETIC };
    default:
      return says satisfies never;
  }
}

const SYNTHETIC: Terminated = {
  exitCode: 137,
  signal: null,
  reason: 'ContainerStatusUnknown',
  startedAt: null,
  finishedAt: null,
};

function terminated(run: RunTruth): Terminated {
  return {
    exitCode: run.exitCode ?? 0,
    signal: null,
    reason: run.reason,
    startedAt: run.startedAtMs === null ? '1970-01-01T00:00:00Z' : seconds(run.startedAtMs),
    finishedAt: seconds(run.finishedAtMs),
    containerID: run.id,
  };
}

/** metav1.Time. */
export function seconds(ms: number | null): string | null {
  return ms === null ? null : new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
