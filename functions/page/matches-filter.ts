import type { TimelineEntry, TimelineFilter } from './timeline.ts';

/** Whether the filter asks for this entry; the same rule as the timeline's own. */
export function matchesFilter(
  { cluster, namespace, pod, container }: TimelineFilter,
  entry: TimelineEntry,
): boolean {
  return (
    (cluster === undefined || cluster === entry.cluster) &&
    (namespace === undefined || namespace === entry.namespace) &&
    (pod === undefined || pod === entry.pod) &&
    (container === undefined || container === entry.container)
  );
}
