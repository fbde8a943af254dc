/** Builds core/v1 Pods as the API server sends them, for tests that need a state no recording has. */

export type StatusOptions = {
  readonly name?: string;
  readonly state: Record<string, unknown>;
  readonly lastState?: Record<string, unknown>;
  readonly restartCount?: number;
  readonly containerID?: string;
};

export type PodOptions = {
  readonly uid?: string;
  readonly name?: string;
  readonly resourceVersion?: number;
  readonly nodeName?: string | null;
  readonly annotations?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly deletion?: { readonly timestamp: string; readonly grace: number };
  readonly conditions?: readonly Record<string, unknown>[];
  readonly init?: readonly StatusOptions[];
  readonly sidecars?: readonly string[];
  readonly containers?: readonly StatusOptions[];
  readonly ephemeral?: readonly StatusOptions[];
};

/** Seconds after a fixed midnight, as metav1.Time. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString().replace('.000Z', 'Z');
}

export function waiting(reason = 'ContainerCreating') {
  return { waiting: { reason } };
}

export function running(startedSeconds: number) {
  return { running: { startedAt: at(startedSeconds) } };
}

/** `id: null` makes a synthetic end, as the kubelet writes it for a container it lost. */
export function terminated(
  id: string | null,
  exitCode: number,
  from: number | null,
  to: number | null,
  reason = 'Error',
) {
  return {
    terminated: {
      exitCode,
      reason,
      startedAt: from === null ? null : at(from),
      finishedAt: to === null ? null : at(to),
      ...(id === null ? {} : { containerID: id }),
    },
  };
}

export function podObject(options: PodOptions = {}): Record<string, unknown> {
  const { uid = 'uid-1', name = 'web', resourceVersion = 1, nodeName = 'node1', deletion } = options;
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace: 'shop',
      uid,
      resourceVersion: String(resourceVersion),
      labels: options.labels ?? { app: 'web' },
      annotations: options.annotations ?? {},
      ...(deletion && { deletionTimestamp: deletion.timestamp, deletionGracePeriodSeconds: deletion.grace }),
    },
    spec: {
      ...(nodeName === null ? {} : { nodeName }),
      initContainers: options.sidecars?.map((sidecar) => ({ name: sidecar, restartPolicy: 'Always' })),
    },
    status: {
      startTime: at(0),
      conditions: options.conditions ?? [],
      initContainerStatuses: options.init?.map(containerStatus),
      containerStatuses: options.containers?.map(containerStatus),
      ephemeralContainerStatuses: options.ephemeral?.map(containerStatus),
    },
  };
}

function containerStatus(options: StatusOptions) {
  const { name = 'app', state, lastState = {}, restartCount = 0, containerID = '' } = options;
  return {
    name,
    state,
    lastState,
    restartCount,
    containerID,
    image: 'web:1',
    imageID: 'sha256:1',
    ready: false,
  };
}

export function eventObject(options: {
  readonly reason: string;
  readonly container?: string;
  readonly podUid?: string;
  readonly uid?: string;
  readonly count?: number;
  readonly lastSeconds: number;
  /** In place of `lastSeconds`. */
  readonly lastTimestamp?: string | null;
}): Record<string, unknown> {
  const { reason, container = 'app', podUid = 'uid-1', uid = 'event-1', count = 1, lastSeconds } = options;
  const { lastTimestamp = at(lastSeconds) } = options;
  return {
    kind: 'Event',
    metadata: { uid, namespace: 'shop', name: `web.${uid}`, resourceVersion: '1' },
    involvedObject: {
      kind: 'Pod',
      namespace: 'shop',
      name: 'web',
      uid: podUid,
      fieldPath: `spec.containers{${container}}`,
    },
    reason,
    source: { component: 'kubelet', host: 'node1' },
    count,
    firstTimestamp: at(0),
    lastTimestamp,
  };
}
