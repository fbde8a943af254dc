/** A stored state of an object, as the API server keeps and tells it. */
export type Revision = {
  /** Position among all revisions that ever were; unlike `rv` it never goes back. */
  readonly order: number;
  readonly rv: number;
  readonly epoch: number;
  readonly resource: Resource;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly uid: string;
  readonly object: StoredObject;
  readonly atMs: number;
};

export type Resource = 'pods' | 'events';
export type StoredObject = { readonly metadata: Record<string, unknown> } & Record<string, unknown>;

/**
 * etcd and the watch cache: objects, their history, one resourceVersion line for everything.
 *
 * A restore (`epoch` grows) puts the line back: what came after is gone from it, and its numbers are given again.
 * {@link ClusterStore.log} forgets nothing: it is the truth that validators read.
 */
export interface ClusterStore {
  put(resource: Resource, object: StoredObject): void;
  /** Does nothing where there is no such object. */
  remove(resource: Resource, uid: string): void;
  get(resource: Resource, uid: string): StoredObject | null;
  /** Objects as they stood at `rv`, now unless given. */
  list(resource: Resource, rv?: number, epoch?: number): readonly Revision[];
  /** Changes after `rv`, oldest first. */
  since(resource: Resource, rv: number): readonly Revision[];
  rv(): number;
  epoch(): number;
  /** Resume points older than this are refused: those of Events, which no bookmark moves on, after a while of quiet. */
  oldest(resource: Resource): number;
  expire(): void;
  restore(back: number): void;
  readonly log: readonly Revision[];
  /** Called after each change. */
  onChange(listener: () => void): void;
}

/** etcd is compacted every five minutes; more often here, so that a simulation holds several. */
const COMPACTED_AFTER_MS = 60_000;

export function createClusterStore(elapsedMs: () => number): ClusterStore {
  const log: Revision[] = [];
  /** The history of each epoch, from the beginning of time. */
  const lines: Revision[][] = [[]];
  const listeners: (() => void)[] = [];
  let rv = 100;
  let oldest = 0;

  const line = (epoch = lines.length - 1): Revision[] => lines[epoch] ?? [];

  function append(resource: Resource, type: Revision['type'], object: StoredObject): void {
    rv += 1;
    const metadata: StoredObject['metadata'] = { ...object.metadata, resourceVersion: String(rv) };
    const revision: Revision = {
      order: log.length,
      rv,
      epoch: lines.length - 1,
      resource,
      type,
      uid: String(metadata.uid),
      object: { ...object, metadata },
      atMs: elapsedMs(),
    };
    log.push(revision);
    line().push(revision);
    for (const listener of listeners) listener();
  }

  function list(resource: Resource, at = rv, epoch = lines.length - 1): readonly Revision[] {
    const objects = new Map<string, Revision>();
    for (const revision of line(epoch)) {
      if (revision.resource !== resource || revision.rv > at) continue;
      if (revision.type === 'DELETED') objects.delete(revision.uid);
      else objects.set(revision.uid, revision);
    }
    return [...objects.values()];
  }

  function find(resource: Resource, uid: string): Revision | null {
    const last = line().findLast((revision) => revision.resource === resource && revision.uid === uid);
    return last === undefined || last.type === 'DELETED' ? null : last;
  }

  return {
    log,
    list,
    rv: () => rv,
    epoch: () => lines.length - 1,
    oldest(resource) {
      if (resource === 'pods') return oldest;
      const compacted = line().findLast(({ atMs }) => elapsedMs() - atMs > COMPACTED_AFTER_MS);
      return Math.max(oldest, compacted?.rv ?? 0);
    },
    put(resource, object) {
      const exists = find(resource, String(object.metadata.uid)) !== null;
      append(resource, exists ? 'MODIFIED' : 'ADDED', object);
    },
    remove(resource, uid) {
      const last = find(resource, uid);
      if (last !== null) append(resource, 'DELETED', last.object);
    },
    get: (resource, uid) => find(resource, uid)?.object ?? null,
    since: (resource, from) =>
      line().filter((revision) => revision.resource === resource && revision.rv > from),
    expire() {
      oldest = rv;
    },
    restore(back) {
      const kept = line().slice(0, Math.max(1, line().length - back));
      lines.push(kept);
      rv = kept.at(-1)?.rv ?? rv;
      oldest = Math.min(oldest, rv);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
