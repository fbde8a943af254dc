import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../settings/ambient/clock.ts';
import type { Random } from '../ambient/ids.ts';
import { timestamp } from '../ambient/timestamp.ts';
import { alreadyExists, conflict, invalid, notFound, StatusError } from './http/status-error.ts';
import { isTerminal, type Pod, type PodStatus } from './objects.ts';
import { admitPodSpec, newPod, updatedMetadata } from './pod-admission.ts';
import { DEFAULT_GRACE_SECONDS } from './pod-spec.ts';
import type { Store } from './store.ts';

/** The most Pods kept at once; a model that runs inside a test or a laptop needs a bound. */
const MAX_PODS = 5000;

export type DeleteOptions = { gracePeriodSeconds?: number | undefined; uid?: string | undefined };

/** Which part of a Pod an update may change. */
export type PodUpdate = 'pod' | 'status' | 'ephemeralcontainers';

export type PodRegistry = ReturnType<typeof createPodRegistry>;

/**
 * The rules by which Pods are created, changed and deleted, for HTTP clients and the kubelet alike.
 *
 * @see kubernetes/pkg/registry/core/pod/strategy.go and apiserver/pkg/registry/rest/delete.go, `BeforeDelete`
 */
export function createPodRegistry({ store, clock, random }: { store: Store; clock: Clock; random: Random }) {
  const find = (namespace: string, name: string) =>
    store.get('pods', `${namespace}/${name}`) as Pod | undefined;

  function get(namespace: string, name: string): Pod {
    const pod = find(namespace, name);
    if (!pod) throw notFound('pods', name);
    return pod;
  }

  function put(pod: Pod): Pod {
    return store.put('pods', pod) as Pod;
  }

  /** Takes the object out of the store unless a finalizer still holds it; returns it as it last stood. */
  function removeWhenFree(pod: Pod): Pod {
    if (pod.metadata.finalizers?.length || pod.metadata.deletionGracePeriodSeconds !== 0) return pod;
    return store.remove('pods', pod) as Pod;
  }

  function create(namespace: string, body: Record<string, unknown>): Pod {
    if (!store.get('namespaces', namespace)) throw notFound('namespaces', namespace);
    if (store.size('pods') >= MAX_PODS) {
      const message = `pods is forbidden: exceeded the limit of ${MAX_PODS} pods of this local cluster; delete some`;
      throw new StatusError({ code: 403, reason: 'Forbidden', message, details: { kind: 'pods' } });
    }
    const pod = newPod(body, { namespace, nowMs: clock.nowMs(), random });
    if (find(namespace, pod.metadata.name)) throw alreadyExists('pods', pod.metadata.name);
    return put(pod);
  }

  /** Replaces a Pod, its status, or its ephemeral containers by what `body` says; a change of nothing writes nothing. */
  function update(current: Pod, body: Record<string, unknown>, part: PodUpdate): Pod {
    const { name, uid, resourceVersion } = current.metadata;
    const expected = (body.metadata ?? {}) as { uid?: unknown; resourceVersion?: unknown };
    if (expected.uid !== undefined && expected.uid !== uid) throw conflict('pods', name, 'the UID differs');
    if (expected.resourceVersion && expected.resourceVersion !== resourceVersion) {
      throw conflict(
        'pods',
        name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    }
    const next = part === 'status' ? withStatus(current, body.status) : withSpec(current, body, part);
    if (isDeepStrictEqual(plain(next), plain(current))) return current;
    const stored = put(next);
    return stored.metadata.deletionTimestamp === undefined ? stored : removeWhenFree(stored);
  }

  function withSpec(current: Pod, body: Record<string, unknown>, part: PodUpdate): Pod {
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

  /**
   * Deletes a Pod the way the API server does: stored with its deletion time first, even for a grace of 0, and taken
   * out at once when the grace is 0, nothing was scheduled, or all has ended.
   */
  function remove(namespace: string, name: string, { gracePeriodSeconds, uid }: DeleteOptions = {}): Pod {
    const pod = get(namespace, name);
    const { metadata, spec } = pod;
    if (uid !== undefined && uid !== metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
      throw conflict('pods', name, why);
    }
    const asked = gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
    const grace = spec.nodeName === undefined || isTerminal(pod) ? 0 : asked;
    const before = metadata.deletionGracePeriodSeconds;
    // A second deletion can only shorten the grace that is running.
    if (before !== undefined && grace >= before) return removeWhenFree(pod);
    const requestedMs =
      metadata.deletionTimestamp === undefined || grace === 0
        ? clock.nowMs()
        : Date.parse(metadata.deletionTimestamp) - (before ?? 0) * 1000;
    const marked = {
      ...metadata,
      deletionTimestamp: timestamp(requestedMs + grace * 1000),
      deletionGracePeriodSeconds: grace,
      generation: (metadata.generation ?? 1) + (before === undefined ? 1 : 0),
    };
    return removeWhenFree(put({ ...pod, metadata: marked }));
  }

  /** The eviction subresource: says why in a condition, then deletes. */
  function evict(namespace: string, name: string, options: DeleteOptions): void {
    const pod = get(namespace, name);
    if (!isTerminal(pod) && pod.metadata.deletionTimestamp === undefined) {
      const condition = {
        type: 'DisruptionTarget',
        status: 'True' as const,
        lastProbeTime: null,
        lastTransitionTime: timestamp(clock.nowMs()),
        reason: 'EvictionByEvictionAPI',
        message: 'Eviction API: evicting',
      };
      put({ ...pod, status: { ...pod.status, conditions: [...(pod.status.conditions ?? []), condition] } });
    }
    remove(namespace, name, options);
  }

  return { find, get, create, update, remove, evict };
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
