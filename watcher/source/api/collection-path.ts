import { canI } from './permission.ts';

/** What of a collection is listed and watched. */
export type Collection = {
  /** Plural. */
  readonly resource: string;
  /** Left out: core/v1. */
  readonly api?: { readonly group: string; readonly version: string };
  /** One namespace; null for the whole cluster. */
  readonly namespace: string | null;
  readonly fieldSelector: string | null;
};

/** The path of a list or watch request on a collection; parameters that are null are left out. */
export function collectionPath(
  collection: Collection,
  parameters: Record<string, string | number | null>,
): string {
  const { namespace, resource, api, fieldSelector } = collection;
  const root = api === undefined ? '/api/v1' : `/apis/${api.group}/${api.version}`;
  const scope = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ fieldSelector, ...parameters })) {
    if (value !== null) query.set(name, String(value));
  }
  return `${root}${scope}/${resource}?${query}`;
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
export function permissionHint({ resource, api, namespace }: Collection, verb: 'list' | 'watch'): string {
  const group = api?.group ?? '';
  const named = group === '' ? resource : `${resource}.${group}`;
  const place = namespace === null ? '' : ` in the namespace ${namespace}`;
  const role = namespace === null ? 'a ClusterRole' : 'a Role of that namespace';
  const check = canI({ verb, group, resource, namespaced: true, namespace, name: null });
  return (
    `not allowed to ${verb} ${named}${place}; check with: ${check} ` +
    `(as the same identity), and grant list and watch on ${named} in ${role}`
  );
}

/** What it means when the API server answers 404 for a collection of a group of its own. */
export function absenceHint({ resource, api }: Collection): string {
  const name = api === undefined ? resource : `${resource}.${api.group}`;
  return `the API server knows no ${name}: its CustomResourceDefinition is not installed; it is asked again about every 30 s`;
}
