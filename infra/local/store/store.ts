import type { KubeObject } from '../objects/kube-object.ts';

/** One stored change. `object` carries `version` as its resourceVersion; a deletion carries the last object. */
export type StoredChange = {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
  previous: KubeObject | undefined;
  version: number;
};

type Shelf = {
  objects: Map<string, KubeObject>;
  history: StoredChange[];
  /** Changes up to this version are forgotten: a watch must start at it or later. */
  compactedTo: number;
  listeners: Set<(change: StoredChange) => void>;
};

export type Store = ReturnType<typeof createStore>;

/** `namespace/name`, or `name` for cluster-scoped objects: sorts the way etcd's keys do. */
export function objectKey(object: { metadata: { namespace?: string | undefined; name: string } }): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/**
 * etcd and watch cache in one: versioned objects by resource, each write with its own number out of one line, and a
 * bounded history per resource to watch from.
 *
 * Listeners are called synchronously, in the order of the versions; a listener must not write to the store itself.
 */
export function createStore({ historyLimit }: { historyLimit: number }) {
  const shelves = new Map<string, Shelf>();
  let version = 1;

  function shelf(resource: string): Shelf {
    let found = shelves.get(resource);
    if (!found) {
      found = { objects: new Map(), history: [], compactedTo: 0, listeners: new Set() };
      shelves.set(resource, found);
    }
    return found;
  }

  function compact(found: Shelf, keep: number): void {
    const dropped = found.history.splice(0, Math.max(0, found.history.length - keep));
    found.compactedTo = dropped.at(-1)?.version ?? found.compactedTo;
  }

  function record(resource: string, type: StoredChange['type'], object: KubeObject): KubeObject {
    version += 1;
    const found = shelf(resource);
    const key = objectKey(object);
    const previous = found.objects.get(key);
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    if (type === 'DELETED') found.objects.delete(key);
    else found.objects.set(key, stored);
    const change: StoredChange = { type, object: stored, previous, version };
    found.history.push(change);
    compact(found, historyLimit);
    for (const listener of [...found.listeners]) listener(change);
    return stored;
  }

  return {
    /** The newest version handed out, of any resource. */
    version: () => version,
    get: (resource: string, key: string) => shelf(resource).objects.get(key),
    size: (resource: string) => shelf(resource).objects.size,
    /** The objects of a resource as they stand, sorted by key. */
    list: (resource: string) => [...shelf(resource).objects.values()].sort(byKey),
    put: (resource: string, object: KubeObject) =>
      record(resource, shelf(resource).objects.has(objectKey(object)) ? 'MODIFIED' : 'ADDED', object),
    remove: (resource: string, object: KubeObject) => record(resource, 'DELETED', object),
    /** Changes after `from`, oldest first, or undefined when that part of the history is gone. */
    changesSince(resource: string, from: number): StoredChange[] | undefined {
      const { history, compactedTo } = shelf(resource);
      return from < compactedTo ? undefined : history.filter((change) => change.version > from);
    },
    compactedTo: (resource: string) => shelf(resource).compactedTo,
    /** Forgets all history, so that every older resourceVersion has expired. */
    forget() {
      version += 1;
      for (const found of shelves.values()) {
        found.history.length = 0;
        found.compactedTo = version;
      }
    },
    /** Calls `listener` for each later change of `resource`; returns the function that stops it. */
    subscribe(resource: string, listener: (change: StoredChange) => void): () => void {
      const { listeners } = shelf(resource);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The objects as they were at `at`, by undoing the changes since; undefined when the history is too short. */
export function snapshot(store: Store, resource: string, at: number): KubeObject[] | undefined {
  const later = store.changesSince(resource, at);
  if (!later) return undefined;
  const objects = new Map(store.list(resource).map((object) => [objectKey(object), object]));
  for (const { object, previous } of later.reverse()) {
    if (previous) objects.set(objectKey(previous), previous);
    else objects.delete(objectKey(object));
  }
  return [...objects.values()].sort(byKey);
}

function byKey(a: KubeObject, b: KubeObject): number {
  const [left, right] = [objectKey(a), objectKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
