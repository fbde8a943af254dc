/** What really happens to a container, whether or not anybody is told. */
export type RunTruth = {
  readonly podKey: string;
  readonly container: string;
  readonly id: string;
  /** What its identity is made of: `id`, or its count and start on a node that shows no containerIDs. */
  readonly instance: string;
  /** 0 for the first run of the container. */
  readonly index: number;
  /** When it really began, ms of the world. */
  readonly bornMs: number;
  /** By the clock of its node, ms since 1970; null for a container that the runtime could not start. */
  readonly startedAtMs: number | null;
  finishedAtMs: number | null;
  exitCode: number | null;
  reason: string;
  /** It was shown as ended by a made-up state, and lives. */
  misjudged: boolean;
  /** The runtime forgot it: what is shown of its end is synthetic, until it is `found` again. */
  lost: boolean;
  found: boolean;
};

export type ContainerKind = 'app' | 'init' | 'sidecar' | 'ephemeral';

export type ContainerTruth = {
  readonly name: string;
  readonly kind: ContainerKind;
  readonly runs: RunTruth[];
  /**
   * What the kubelet says of it: `creating` (nothing of it yet), `running`, `terminated`, `backoff` (waiting, the last
   * run in lastState), `lost` (the runtime forgot the last run: a synthetic end), `misjudged` (a synthetic end, too, but
   * the run lives).
   */
  says: 'creating' | 'running' | 'terminated' | 'backoff' | 'lost' | 'misjudged';
  /** `waiting.reason` while creating. */
  waiting: string;
  restartCount: number;
  /** The kubelet began to count anew: restartCount is no index any more. */
  countReset: boolean;
  /** The status has an entry of its own for the run before, at that place. */
  olderEntry: 'none' | 'before' | 'behind';
};

/** Of all Pods but the tenant's; which one follows from a Pod's name. */
export const NAMESPACES = ['pay', 'shop'] as const;

export function namespaceFor(name: string): string {
  return /^(api|cache|proxy)/.test(name) ? 'pay' : 'shop';
}

export type PodTruth = {
  /** What events name it by: its UID, or of a mirror Pod what its namespace, name and hash lead to. */
  readonly key: string;
  /** config.hash of a mirror Pod. */
  readonly hash: string | null;
  readonly name: string;
  readonly namespace: string;
  readonly mirror: boolean;
  readonly containers: ContainerTruth[];
  uid: string;
  node: string | null;
  startTimeMs: number | null;
  deletion: { readonly atMs: number; graceSeconds: number } | null;
  disruption: string | null;
  /** The condition is still there, and False. */
  disruptionIsOver: boolean;
  /** Where statuses have containerIDs: nodes that are no kubelets have none, or only at the top. */
  readonly shows: 'ids' | 'topIds' | 'noIds';
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
};

export function newContainer(name: string, kind: ContainerKind): ContainerTruth {
  return {
    name,
    kind,
    runs: [],
    says: 'creating',
    waiting: kind === 'init' ? 'ContainerCreating' : 'PodInitializing',
    restartCount: 0,
    countReset: false,
    olderEntry: 'none',
  };
}
