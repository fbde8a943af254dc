import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { StoredChange } from '../../store/store.ts';
import { apiVersion, type Resource } from '../resource/resource.ts';
import { toTable } from '../resource/table.ts';
import type { Matcher } from './selectors.ts';

/**
 * A change as a selector sees it: an object that begins to match is ADDED, one that stops matching is DELETED, and
 * a DELETED event carries the previous object with the new version (apiserver `cache_watcher.go`, `convertToWatchEvent`).
 */
export function seenBy(
  matches: Matcher,
  change: StoredChange,
): { type: StoredChange['type']; object: KubeObject } | undefined {
  const { object, previous } = change;
  const before = previous !== undefined && matches(previous);
  const now = change.type !== 'DELETED' && matches(object);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object };
  if (!before) return undefined;
  const metadata = { ...previous.metadata, resourceVersion: object.metadata.resourceVersion };
  return { type: 'DELETED', object: { ...previous, metadata } };
}

/** How objects are shown in a stream: as they are, or as tables, of which only the first has columns. */
export function renderer(
  { resource, table }: { resource: Resource; table: boolean },
  clock: Clock,
): (object: KubeObject) => unknown {
  if (!table) return (object) => object;
  let columns = true;
  return (object) => {
    const { resourceVersion } = object.metadata;
    const isBookmark = object.metadata.uid === undefined;
    const rows = isBookmark ? [] : [object];
    const metadata = isBookmark ? object.metadata : { resourceVersion };
    const rendered = toTable(resource.table, rows, { metadata, nowMs: clock.nowMs(), columns });
    columns = false;
    return rendered;
  };
}

/** A bookmark's object: an empty object of the kind, as the recorded streams show it (`"containers": null`). */
export function bookmarkObject(
  resource: Resource,
  version: number,
  annotations?: Record<string, string>,
): KubeObject {
  const metadata = { resourceVersion: String(version), ...(annotations && { annotations }) };
  return {
    kind: resource.kind,
    apiVersion: apiVersion(resource),
    metadata: metadata as KubeObject['metadata'],
    ...resource.emptyBody,
  };
}
