import { canI } from './permission.ts';

/** What of a collection is listed and watched. */
export type Collection = {
  readonly resource: 'pods' | 'events';
  /** One namespace; null for the whole cluster. */
  readonly namespace: string | null;
  readonly fieldSelector: string | null;
};

/** The path of a list or watch request on a core/v1 collection; parameters that are null are left out. */
export function collectionPath(
  collection: Collection,
  parameters: Record<string, string | number | null>,
): string {
  const { namespace, resource, fieldSelector } = collection;
  const scope = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ fieldSelector, ...parameters })) {
    if (value !== null) query.set(name, String(value));
  }
  return `/api/v1${scope}/${resource}?${query}`;
}

/**
 * The path of a list that comes as a stream and goes on as a watch.
 *
 * @param notOlderThan resourceVersion; null asks for the most recent state.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists
 */
export function streamingListPath(
  collection: Collection,
  { notOlderThan, timeoutSeconds }: { notOlderThan: string | null; timeoutSeconds: number },
): string {
  return collectionPath(collection, {
    watch: 1,
    allowWatchBookmarks: 'true',
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    resourceVersion: notOlderThan,
    timeoutSeconds,
  });
}

/** What to check and to grant when the API server answers 403. */
export function permissionHint({ resource, namespace }: Collection, verb: 'list' | 'watch'): string {
  const place = namespace === null ? '' : ` in the namespace ${namespace}`;
  const role = namespace === null ? 'a ClusterRole' : 'a Role of that namespace';
  const check = canI({ verb, group: '', resource, namespaced: true, namespace, name: null });
  return (
    `not allowed to ${verb} ${resource}${place}; check with: ${check} ` +
    `(as the same identity), and grant list and watch on ${resource} in ${role}`
  );
}
