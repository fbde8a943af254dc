import { isDeepStrictEqual } from 'node:util';
import type { Pod, PodStatus } from '../../objects/pod.ts';
import { conflict, invalid, modifiedSince } from '../http/status-error.ts';
import { updatedMetadata } from '../write/object-metadata.ts';
import { admitPodSpec } from './pod-admission.ts';

/** Which part of a Pod an update may change. */
export type PodPart = 'pod' | 'status' | 'ephemeralcontainers';

/**
 * A Pod with the part replaced that `body` says; the same object where that changes nothing.
 *
 * @throws ApiStatusError 409 when it is based on an older Pod or meant for another, 422 for a change that is not allowed.
 */
export function updatedPod(current: Pod, body: Record<string, unknown>, part: PodPart): Pod {
  checkExpected(current, (body.metadata ?? {}) as Expected);
  const next = part === 'status' ? withStatus(current, body.status) : withSpec(current, body, part);
  return isDeepStrictEqual(plain(next), plain(current)) ? current : next;
}

type Expected = { uid?: unknown; resourceVersion?: unknown };

function checkExpected({ metadata: { name, uid, resourceVersion } }: Pod, expected: Expected): void {
  if (expected.uid !== undefined && expected.uid !== uid) throw conflict('pods', name, 'the UID differs');
  if (expected.resourceVersion && expected.resourceVersion !== resourceVersion) {
    throw modifiedSince('pods', name);
  }
}

function withSpec(current: Pod, body: Record<string, unknown>, part: PodPart): Pod {
  const wanted = admitPodSpec(current.metadata.name, body.spec);
  const spec =
    part === 'ephemeralcontainers'
      ? { ...current.spec, ephemeralContainers: wanted.ephemeralContainers }
      : {
          ...wanted,
          nodeName: current.spec.nodeName,
          ephemeralContainers: current.spec.ephemeralContainers,
        };
  const changed = !isDeepStrictEqual(plain(spec), plain(current.spec));
  if (changed && part === 'pod') checkMutable(current, spec);
  const generation = (current.metadata.generation ?? 1) + (changed ? 1 : 0);
  return { ...current, metadata: { ...updatedMetadata(current, body), generation }, spec };
}

function withStatus(current: Pod, status: unknown): Pod {
  if (typeof status !== 'object' || status === null)
    throw invalid('Pod', current.metadata.name, 'status: Required value');
  const { conditions } = status as PodStatus;
  if (conditions !== undefined && !Array.isArray(conditions)) {
    throw invalid('Pod', current.metadata.name, 'status.conditions: must be a list');
  }
  return { ...current, status: status as PodStatus };
}

/** Of a Pod's spec only images and the grace period may change (`ValidatePodUpdate`); all else is set for life. */
function checkMutable(current: Pod, spec: Pod['spec']): void {
  const frozen = ({
    containers,
    initContainers,
    terminationGracePeriodSeconds: _,
    ...rest
  }: Pod['spec']) => ({
    ...rest,
    containers: containers.map(({ image: _image, ...container }) => container),
    initContainers: initContainers?.map(({ image: _image, ...container }) => container),
  });
  if (isDeepStrictEqual(plain(frozen(current.spec)), plain(frozen(spec)))) return;
  throw invalid(
    'Pod',
    current.metadata.name,
    'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, `spec.terminationGracePeriodSeconds`',
  );
}

/** Without the difference between a missing field and one that is undefined, as it goes over the wire. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
