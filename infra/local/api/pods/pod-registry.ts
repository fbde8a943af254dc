import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { Random } from '../../ambient/ids.ts';
import type { Pod } from '../../objects/pod.ts';
import type { Store } from '../../store/store.ts';
import { ApiStatusError, alreadyExists, notFound } from '../http/status-error.ts';
import type { DeleteOptions } from './delete-options.ts';
import { newPod } from './pod-admission.ts';
import { deletedPod, evictedPod } from './pod-deletion.ts';
import { type PodPart, updatedPod } from './pod-update.ts';

/** The most Pods kept at once; a model that runs inside a test or a laptop needs a bound. */
const MAX_PODS = 5000;

export type PodRegistry = ReturnType<typeof createPodRegistry>;

/**
 * The rules by which Pods are created, changed and deleted, for HTTP clients and the kubelet alike.
 *
 * @see kubernetes/pkg/registry/core/pod/strategy.go
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
      throw new ApiStatusError({ code: 403, reason: 'Forbidden', message, details: { kind: 'pods' } });
    }
    const pod = newPod(body, { namespace, nowMs: clock.nowMs(), random });
    if (find(namespace, pod.metadata.name)) throw alreadyExists('pods', pod.metadata.name);
    return put(pod);
  }

  /** Replaces a Pod, its status, or its ephemeral containers by what `body` says; a change of nothing writes nothing. */
  function update(current: Pod, body: Record<string, unknown>, part: PodPart): Pod {
    const next = updatedPod(current, body, part);
    if (next === current) return current;
    const stored = put(next);
    return stored.metadata.deletionTimestamp === undefined ? stored : removeWhenFree(stored);
  }

  /**
   * Deletes a Pod the way the API server does: stored with its deletion time first, and taken out at once when the
   * grace is 0, nothing was scheduled, or all has ended.
   */
  function remove(namespace: string, name: string, options: DeleteOptions = {}): Pod {
    const pod = get(namespace, name);
    const deleted = deletedPod(pod, options, clock.nowMs());
    return removeWhenFree(deleted === null ? pod : put(deleted));
  }

  /** The eviction subresource: says why in a condition, then deletes. */
  function evict(namespace: string, name: string, options: DeleteOptions): void {
    const pod = get(namespace, name);
    const evicted = evictedPod(pod, clock.nowMs());
    if (evicted !== pod) put(evicted);
    remove(namespace, name, options);
  }

  return { find, get, create, update, remove, evict };
}
