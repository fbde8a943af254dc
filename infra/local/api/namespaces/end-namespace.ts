import type { Clock } from '../../../../settings/ambient/clock.ts';
import { timestamp } from '../../ambient/timestamp.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { Store } from '../../store/store.ts';
import { ApiStatusError, notFound } from '../http/status-error.ts';
import type { PodRegistry } from '../pods/pod-registry.ts';
import { type Resource, shelfOf } from '../resource/resource.ts';
import { removeOrMark } from '../write/delete-object.ts';

/** A cluster needs these. */
const IMMORTAL = ['default', 'kube-system', 'kube-public'];

/** Between two looks at whether a namespace is empty. */
const LOOK_EVERY_MS = 1000;

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly pods: PodRegistry;
  readonly resources: () => readonly Resource[];
};

/**
 * Begins the end of a namespace: everything in it is deleted, Pods with their grace, and it goes when it is empty.
 *
 * @returns it, marked as Terminating.
 * @throws ApiStatusError 404 when there is none, 403 for one that a cluster needs.
 */
export function endNamespace(deps: Deps, name: string): KubeObject {
  const { store, clock } = deps;
  const current = store.get('namespaces', name);
  if (!current) throw notFound('namespaces', name);
  if (IMMORTAL.includes(name)) {
    throw new ApiStatusError({
      code: 403,
      reason: 'Forbidden',
      message: `namespaces "${name}" is forbidden: this namespace may not be deleted`,
      details: { name, kind: 'namespaces' },
    });
  }
  if (current.metadata.deletionTimestamp !== undefined) return current;
  const metadata = { ...current.metadata, deletionTimestamp: timestamp(clock.nowMs()) };
  const ending = store.put('namespaces', { ...current, metadata, status: { phase: 'Terminating' } });
  clock.after(0, () => empty(deps, name));
  return ending;
}

function empty(deps: Deps, name: string): void {
  const { store, clock, pods } = deps;
  const nowMs = clock.nowMs();
  for (const resource of deps.resources().filter(({ namespaced }) => namespaced)) {
    for (const object of contents(store, resource, name)) {
      if (resource.plural === 'pods' && resource.group === '') pods.remove(name, object.metadata.name);
      else removeOrMark({ store, nowMs }, resource, object);
    }
  }
  const isEmpty = deps
    .resources()
    .every((resource) => !resource.namespaced || contents(store, resource, name).length === 0);
  const namespace = store.get('namespaces', name);
  if (namespace === undefined) return;
  if (isEmpty) store.remove('namespaces', namespace);
  else clock.after(LOOK_EVERY_MS, () => empty(deps, name));
}

function contents(store: Store, resource: Resource, namespace: string): readonly KubeObject[] {
  return store.list(shelfOf(resource)).filter(({ metadata }) => metadata.namespace === namespace);
}
