import type { KubeObject } from './objects.ts';
import type { Matcher } from './selectors.ts';
import { fieldSelector, labelSelector } from './selectors.ts';
import type { TableFormat } from './table.ts';

/** One kind of object the API serves: its names, the fields it can be selected by, how it prints as a table. */
export type Resource = {
  group: string;
  version: string;
  plural: string;
  singular: string;
  shortNames: string[];
  kind: string;
  namespaced: boolean;
  verbs: string[];
  subresources: string[];
  /** An object's `kind: Bookmark` body besides metadata: how an empty object of this kind is written. */
  emptyBody: Record<string, unknown>;
  fields: Record<string, (object: KubeObject) => unknown>;
  /** Whether the server keeps a watch cache of this kind; without one, watches have no bookmarks. */
  watchCache: boolean;
  table: TableFormat;
};

/** `v1` or `group/version`. */
export function apiVersion({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

/**
 * What a list or watch asks for, from its path and query.
 *
 * @throws StatusError 400 for a selector that cannot be parsed or a field that cannot be selected.
 */
export function requestedObjects(
  resource: Resource,
  {
    namespace,
    name,
    query,
  }: { namespace: string | undefined; name?: string | undefined; query: URLSearchParams },
): Matcher {
  const matchers: Matcher[] = [];
  const labels = query.get('labelSelector');
  const fields = query.get('fieldSelector');
  if (namespace !== undefined) matchers.push(({ metadata }) => metadata.namespace === namespace);
  if (name !== undefined) matchers.push(({ metadata }) => metadata.name === name);
  if (labels) matchers.push(labelSelector(labels));
  if (fields) matchers.push(fieldSelector(fields, resource.fields));
  return (object) => matchers.every((matches) => matches(object));
}
