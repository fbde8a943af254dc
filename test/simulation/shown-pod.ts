import type { StoredObject } from './api/cluster-store.ts';
import type { Simulated } from './kubelet/pod-status.ts';
import { mirrorKeyOf } from './mirror-key.ts';

/** A Pod object read the way a person reads it with kubectl; for validators, apart from the product's own reading. */
export type ShownPod = {
  readonly key: string;
  readonly mirror: boolean;
  readonly node: string | null;
  /** ms since 1970 when its deletion was asked for. */
  readonly deletionMs: number | null;
  /** A DisruptionTarget condition is True. */
  readonly disrupted: boolean;
  readonly containers: readonly ShownContainer[];
};

export type ShownContainer = {
  readonly name: string;
  readonly creating: boolean;
  readonly running: string | null;
  /** Ended runs shown, in `state` or `lastState`. */
  readonly ended: readonly ShownEnd[];
  /** An end that the kubelet made up. */
  readonly synthetic: boolean;
};

export type ShownEnd = {
  readonly id: string;
  readonly startedMs: number | null;
  readonly finishedMs: number;
};

type Status = {
  name: string;
  containerID: string;
  restartCount: number;
  state: { waiting?: { reason: string }; running?: object; terminated?: Terminated };
  lastState: { terminated?: Terminated };
  /** Which runs the entry means. */
  simulated: Simulated;
};
type Terminated = { reason: string; startedAt: string | null; finishedAt: string | null };

export function readPod(object: StoredObject): ShownPod {
  const { metadata, spec, status } = object as unknown as {
    metadata: {
      uid: string;
      namespace: string;
      name: string;
      annotations: Record<string, string>;
      deletionTimestamp: string | null;
      deletionGracePeriodSeconds: number | null;
    };
    spec: { nodeName: string | null };
    status: Record<string, Status[] | null> & { conditions: { type: string; status: string }[] };
  };
  const { namespace, name } = metadata;
  const hash = mirrorHash(metadata, spec.nodeName);
  const graceMs = (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  const statuses = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'];
  return {
    key: hash === null ? metadata.uid : mirrorKeyOf({ namespace, name, hash }),
    mirror: hash !== null,
    node: spec.nodeName,
    deletionMs: metadata.deletionTimestamp === null ? null : Date.parse(metadata.deletionTimestamp) - graceMs,
    disrupted: status.conditions.some((each) => each.type === 'DisruptionTarget' && each.status === 'True'),
    containers: readContainers(statuses.flatMap((field) => (status[field] ?? []) as Status[])),
  };
}

/** The hash of a Pod that a kubelet made for a static one; anybody can write the annotations. */
function mirrorHash(
  { name, annotations }: { readonly name: string; readonly annotations: Record<string, string> },
  node: string | null,
): string | null {
  const hash = annotations['kubernetes.io/config.hash'];
  const genuine = hash !== undefined && annotations['kubernetes.io/config.mirror'] === hash;
  return genuine && node !== null && name.endsWith(`-${node}`) ? hash : null;
}

/** Entries of one name are one container: the one that counts highest says how it is. */
function readContainers(entries: readonly Status[]): readonly ShownContainer[] {
  return [...Map.groupBy(entries, ({ name }) => name).values()].flatMap((same) => {
    const read = same.toSorted((a, b) => a.restartCount - b.restartCount).map(readContainer);
    const newest = read.at(-1);
    if (newest === undefined) return [];
    const ended = new Map(read.flatMap((entry) => entry.ended).map((end) => [end.id, end]));
    return [{ ...newest, ended: [...ended.values()] }];
  });
}

function readContainer({ name, state, lastState, simulated }: Status): ShownContainer {
  const ends = [
    { end: lastState.terminated, id: simulated.last },
    { end: state.terminated, id: simulated.run },
  ];
  const isMadeUp = (end: Terminated | undefined) => end?.reason === 'ContainerStatusUnknown';
  return {
    name,
    creating: ['ContainerCreating', 'PodInitializing'].includes(state.waiting?.reason ?? ''),
    running: state.running ? simulated.run : null,
    ended: ends.flatMap(({ end, id }) => {
      if (end === undefined || id === null || isMadeUp(end)) return [];
      const startedMs = Date.parse(end.startedAt ?? '');
      return [
        { id, startedMs: startedMs > 0 ? startedMs : null, finishedMs: Date.parse(end.finishedAt ?? '') },
      ];
    }),
    synthetic: ends.some(({ end }) => isMadeUp(end)),
  };
}
