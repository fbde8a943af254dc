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

/** What to check and to grant when the API server answers 403. */
export function permissionHint({ resource, namespace }: Collection, verb: 'list' | 'watch'): string {
  const scope = namespace === null ? '--all-namespaces' : `--namespace ${namespace}`;
  const role = namespace === null ? 'ClusterRole' : 'Role';
  return (
    `not allowed to ${verb} ${resource}; check with: kubectl auth can-i ${verb} ${resource} ${scope} ` +
    `(as the same identity), and grant list and watch on ${resource} in a ${role}`
  );
}
