import type { KubeObject, Pod, PodStatus } from './objects.ts';

/** How a kind prints: column definitions and a row's cells. `nowMs` is for ages. */
export type TableFormat = {
  columns: { name: string; type: string; format: string; description: string; priority: number }[];
  cells: (object: KubeObject, nowMs: number) => unknown[];
};

/** True when the client asks for `meta.k8s.io/v1` tables, as `kubectl get` does. */
export function wantsTable(accept: string): boolean {
  return /as=Table/.test(accept) && /v=v1(;|,|$)/.test(accept.replaceAll(' ', ''));
}

/** The `Table` of some objects, each row with its object's metadata (kubectl needs the namespace). */
export function toTable(
  format: TableFormat,
  objects: KubeObject[],
  { metadata, nowMs, columns }: { metadata: Record<string, unknown>; nowMs: number; columns: boolean },
): Record<string, unknown> {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns ? format.columns : null,
    rows: objects.map((object) => ({
      cells: format.cells(object, nowMs),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

function column(name: string, format = '', priority = 0, type = 'string') {
  return { name, type, format, description: name, priority };
}

/** `kubectl get pods`: NAME READY STATUS RESTARTS AGE, and IP, NODE for `-o wide`. */
export const podTable: TableFormat = {
  columns: [
    column('Name', 'name'),
    column('Ready'),
    column('Status'),
    column('Restarts'),
    column('Age'),
    column('IP', '', 1),
    column('Node', '', 1),
  ],
  cells(object, nowMs) {
    const { metadata, spec, status } = object as Pod;
    const main = status.containerStatuses ?? [];
    const ready = main.filter((container) => container.ready && container.state.running).length;
    const restarts = main.reduce((sum, container) => sum + container.restartCount, 0);
    return [
      metadata.name,
      `${ready}/${spec.containers.length}`,
      metadata.deletionTimestamp === undefined ? podReason(status) : 'Terminating',
      String(restarts),
      age(metadata.creationTimestamp, nowMs),
      typeof status.podIP === 'string' ? status.podIP : '<none>',
      spec.nodeName ?? '<none>',
    ];
  },
};

/** NAME STATUS AGE, for kinds without much to say. */
export function plainTable(status: (object: KubeObject) => string): TableFormat {
  return {
    columns: [column('Name', 'name'), column('Status'), column('Age')],
    cells: (object, nowMs) => [
      object.metadata.name,
      status(object),
      age(object.metadata.creationTimestamp, nowMs),
    ],
  };
}

/** LAST SEEN TYPE REASON OBJECT MESSAGE. */
export const eventTable: TableFormat = {
  columns: [column('Last Seen'), column('Type'), column('Reason'), column('Object'), column('Message')],
  cells(event, nowMs) {
    const seen = String(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp);
    const object = event.involvedObject as { kind?: string; name?: string } | undefined;
    return [
      age(seen, nowMs),
      event.type,
      event.reason,
      `${object?.kind?.toLowerCase()}/${object?.name}`,
      event.message,
    ];
  },
};

/** The STATUS column, after `printPod` in kubernetes/pkg/printers/internalversion. */
function podReason(status: PodStatus): string {
  for (const [index, { state }] of (status.initContainerStatuses ?? []).entries()) {
    if (state.terminated?.exitCode === 0 || (state.running && isSidecarRunning(status, index))) continue;
    if (state.terminated) return `Init:${state.terminated.reason}`;
    const waiting = state.waiting?.reason;
    if (waiting && waiting !== 'PodInitializing') return `Init:${waiting}`;
    return `Init:${index}/${status.initContainerStatuses?.length ?? 0}`;
  }
  const states = (status.containerStatuses ?? []).map(({ state }) => state);
  const stuck = states
    .map((state) => state.waiting?.reason ?? state.terminated?.reason)
    .find((reason) => reason);
  if (stuck === 'Completed' && states.some((state) => state.running)) return 'NotReady';
  return status.reason ?? stuck ?? status.phase;
}

function isSidecarRunning(status: PodStatus, index: number): boolean {
  return status.initContainerStatuses?.[index]?.started === true && status.phase === 'Running';
}

function age(since: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
