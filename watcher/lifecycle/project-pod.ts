import type { ContainerKind } from '../../protocol/lifecycle-event.ts';
import { integer, isRecord, records, text } from './json-field.ts';
import { instant } from './kubernetes-time.ts';
import { mergeEntries } from './merge-entries.ts';
import type { ContainerSnapshot, ContainerState, PodSnapshot, TerminatedState } from './pod-snapshot.ts';

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
const CONFIG_HASH_ANNOTATION = 'kubernetes.io/config.hash';

/**
 * Projects a core/v1 Pod, as JSON.parse gave it, to the allow-listed {@link PodSnapshot}.
 *
 * @returns null when it is no Pod with a UID.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export function projectPod(pod: unknown): PodSnapshot | null {
  if (!isRecord(pod) || !isRecord(pod.metadata)) return null;
  const metadata = pod.metadata;
  const uid = text(metadata.uid);
  if (uid === null) return null;
  const spec = isRecord(pod.spec) ? pod.spec : {};
  const status = isRecord(pod.status) ? pod.status : {};
  const annotations = isRecord(metadata.annotations) ? metadata.annotations : {};
  const mirror = annotations[MIRROR_ANNOTATION] !== undefined;
  const deletionTimestamp = text(metadata.deletionTimestamp);
  return {
    key: (mirror && text(annotations[CONFIG_HASH_ANNOTATION])) || uid,
    uid,
    namespace: text(metadata.namespace) ?? '',
    name: text(metadata.name) ?? '',
    node: text(spec.nodeName),
    labels: stringMap(metadata.labels),
    owner: controllerOf(metadata.ownerReferences),
    mirror,
    resourceVersion: text(metadata.resourceVersion) ?? '',
    acknowledgedAt: instant(status.startTime),
    deletion:
      deletionTimestamp === null
        ? null
        : { timestamp: deletionTimestamp, gracePeriodSeconds: integer(metadata.deletionGracePeriodSeconds) },
    disruption: disruptionReason(status.conditions),
    containers: projectContainers(spec, status),
  };
}

function projectContainers(
  spec: Record<string, unknown>,
  status: Record<string, unknown>,
): readonly ContainerSnapshot[] {
  const sidecars = new Set(
    records(spec.initContainers)
      .filter((container) => container.restartPolicy === 'Always')
      .map((container) => container.name),
  );
  const initKind = (name: string): ContainerKind => (sidecars.has(name) ? 'sidecar' : 'init');
  return mergeEntries([
    ...records(status.initContainerStatuses).map((entry) => projectContainer(entry, initKind)),
    ...records(status.containerStatuses).map((entry) => projectContainer(entry, () => 'app')),
    ...records(status.ephemeralContainerStatuses).map((entry) => projectContainer(entry, () => 'ephemeral')),
  ]);
}

function projectContainer(
  entry: Record<string, unknown>,
  kindOf: (name: string) => ContainerKind,
): ContainerSnapshot {
  const name = text(entry.name) ?? '';
  const lastState = isRecord(entry.lastState) ? entry.lastState : {};
  return {
    name,
    kind: kindOf(name),
    image: text(entry.image),
    imageId: text(entry.imageID),
    restartCount: integer(entry.restartCount) ?? 0,
    containerId: text(entry.containerID),
    state: projectState(isRecord(entry.state) ? entry.state : {}),
    last: isRecord(lastState.terminated) ? projectTerminated(lastState.terminated) : null,
    older: [],
  };
}

/** An empty state means waiting (ContainerState: "If none of them is specified, the default one is waiting"). */
function projectState(state: Record<string, unknown>): ContainerState {
  if (isRecord(state.running)) return { kind: 'running', startedAt: instant(state.running.startedAt) };
  if (isRecord(state.terminated)) return projectTerminated(state.terminated);
  return { kind: 'waiting', reason: isRecord(state.waiting) ? text(state.waiting.reason) : null };
}

function projectTerminated(terminated: Record<string, unknown>): TerminatedState {
  return {
    kind: 'terminated',
    containerId: text(terminated.containerID),
    exitCode: integer(terminated.exitCode) ?? 0,
    signal: integer(terminated.signal),
    reason: text(terminated.reason),
    startedAt: instant(terminated.startedAt),
    finishedAt: instant(terminated.finishedAt),
  };
}

function stringMap(value: unknown): Record<string, string> {
  const strings: Record<string, string> = {};
  if (!isRecord(value)) return strings;
  for (const [key, field] of Object.entries(value)) {
    if (typeof field === 'string') strings[key] = field;
  }
  return strings;
}

function controllerOf(references: unknown): PodSnapshot['owner'] {
  const controller = records(references).find((reference) => reference.controller === true);
  const kind = text(controller?.kind);
  const name = text(controller?.name);
  return kind && name ? { kind, name } : null;
}

function disruptionReason(conditions: unknown): string | null {
  const target = records(conditions).find(
    (condition) => condition.type === 'DisruptionTarget' && condition.status === 'True',
  );
  return target ? (text(target.reason) ?? 'Unknown') : null;
}
