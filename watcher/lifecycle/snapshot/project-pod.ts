import { asDnsLabel, boundedText, labels, objectName, seconds, uid } from './bounded-field.ts';
import { isRecord, records } from './json-field.ts';
import { shownTime } from './kubernetes-time.ts';
import { isMirrorKey, mirrorHash, mirrorKey } from './mirror-pod.ts';
import { podAnnotations } from './pod-annotations.ts';
import type { PodDeletion, PodSnapshot } from './pod-snapshot.ts';
import { projectContainers } from './project-containers.ts';

type Fields = Record<string, unknown>;

/**
 * Projects a core/v1 Pod, as JSON.parse gave it, to the allow-listed and bounded {@link PodSnapshot}. Never throws:
 * where a part cannot be what Kubernetes writes there, `unreadable` says which, and no container is read.
 *
 * @returns null when it is no Pod with a UID, or its UID is none that an API server makes.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export function projectPod(pod: unknown): PodSnapshot | null {
  if (!isRecord(pod) || !isRecord(pod.metadata)) return null;
  const metadata = pod.metadata;
  const apiUid = uid(metadata.uid);
  // The space of mirror Pods' keys is theirs alone.
  if (apiUid === null || isMirrorKey(apiUid)) return null;
  const spec = isRecord(pod.spec) ? pod.spec : {};
  const status = isRecord(pod.status) ? pod.status : {};
  const node = objectName(spec.nodeName);
  const namespace = asDnsLabel(metadata.namespace) ?? '';
  const name = objectName(metadata.name) ?? '';
  const hash = mirrorHash(metadata, node);
  const read = projectContainers(spec, status);
  const unreadable = unnamed(metadata) ?? read.unreadable;
  return {
    key: hash === null ? apiUid : mirrorKey({ namespace, name, hash }),
    uid: apiUid,
    namespace,
    name,
    node,
    labels: labels(metadata.labels),
    annotations: podAnnotations(metadata.annotations),
    owner: controllerOf(metadata.ownerReferences),
    mirror: hash !== null,
    nativeHooks: hasNativeHooks(spec),
    resourceVersion: resourceVersion(metadata),
    acknowledgedAt: shownTime(status.startTime),
    deletion: deletionOf(metadata),
    disruption: disruptionReason(status.conditions),
    containers: unreadable === null ? read.containers : [],
    unreadable,
  };
}

/**
 * As {@link projectPod}; should that fail all the same, the Pod is one that cannot be read, so that no list lacks it and
 * no other Pod suffers.
 */
export function readPod(object: unknown): PodSnapshot | null {
  try {
    return projectPod(object);
  } catch {
    const metadata = isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
    const bare = projectPod({ metadata: { uid: metadata.uid } });
    return bare && { ...bare, unreadable: 'a fault of Offhook: it could not be projected' };
  }
}

function unnamed({ namespace, name }: Fields): string | null {
  if (asDnsLabel(namespace) === null) return 'metadata.namespace is no namespace';
  return objectName(name) === null ? 'metadata.name is no name of a Pod' : null;
}

/** Written by the API server alone; empty in objects that no API server sent. */
function resourceVersion(metadata: Fields): string {
  return objectName(metadata.resourceVersion) ?? '';
}

function deletionOf({ deletionTimestamp, deletionGracePeriodSeconds }: Fields): PodDeletion | null {
  if (typeof deletionTimestamp !== 'string' || deletionTimestamp === '') return null;
  return {
    timestamp: shownTime(deletionTimestamp),
    gracePeriodSeconds: seconds(deletionGracePeriodSeconds),
  };
}

/** Whether a container of it has a postStart or preStop of its own, which can fail. */
function hasNativeHooks({ initContainers, containers }: Fields): boolean {
  const has = ({ lifecycle }: Fields) => isRecord(lifecycle);
  return records(containers).some(has) || records(initContainers).some(has);
}

function controllerOf(references: unknown): PodSnapshot['owner'] {
  const controller = records(references).find((reference) => reference.controller === true);
  const kind = boundedText(controller?.kind);
  const name = boundedText(controller?.name);
  return kind && name ? { kind, name } : null;
}

function disruptionReason(conditions: unknown): string | null {
  const target = records(conditions).find(
    (condition) => condition.type === 'DisruptionTarget' && condition.status === 'True',
  );
  return target ? (boundedText(target.reason) ?? 'Unknown') : null;
}
