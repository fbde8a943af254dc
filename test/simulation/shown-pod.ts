import type { StoredObject } from './api/cluster-store.ts';
import { mirrorKeyOf } from './mirror-key.ts';

/** A Pod object read the way a person reads it with kubectl; for validators, apart from the product's own reading. */
export type ShownPod = {
  readonly key: string;
  readonly mirror: boolean;
  readonly node: string | null;
  /** ms since 1970 when its deletion was asked for. */
  readonly deletionMs: number | null;
  readonly containers: readonly ShownContainer[];
};

export type ShownContainer = {
  readonly name: string;
  readonly creating: boolean;
  readonly running: string | null;
  /** Ended runs shown, in `state` or `lastState`. */
  readonly ended: readonly ShownEnd[];
  /** An end without a containerID. */
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
  state: { waiting?: { reason: string }; running?: object; terminated?: Terminated };
  lastState: { terminated?: Terminated };
};
type Terminated = { containerID?: string; startedAt: string | null; finishedAt: string | null };

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
    status: Record<string, Status[] | null>;
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
    containers: statuses.flatMap((field) => (status[field] ?? []).map(readContainer)),
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

function readContainer({ name, containerID, state, lastState }: Status): ShownContainer {
  const ends = [lastState.terminated, state.terminated].flatMap((end) => end ?? []);
  return {
    name,
    creating: ['ContainerCreating', 'PodInitializing'].includes(state.waiting?.reason ?? ''),
    running: state.running ? containerID : null,
    ended: ends.flatMap(({ containerID: id, startedAt, finishedAt }) => {
      if (id === undefined) return [];
      const startedMs = Date.parse(startedAt ?? '');
      return [{ id, startedMs: startedMs > 0 ? startedMs : null, finishedMs: Date.parse(finishedAt ?? '') }];
    }),
    synthetic: ends.some((end) => end.containerID === undefined),
  };
}
