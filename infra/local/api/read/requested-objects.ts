import type { Resource } from '../resource/resource.ts';
import { fieldMatcher, labelMatcher, type Matcher } from './selectors.ts';

/**
 * What a list or watch asks for, from its path and query.
 *
 * @throws ApiStatusError 400 for a selector that cannot be parsed or a field that cannot be selected.
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
  if (labels) matchers.push(labelMatcher(labels));
  if (fields) matchers.push(fieldMatcher(fields, resource.fields));
  return (object) => matchers.every((matches) => matches(object));
}
