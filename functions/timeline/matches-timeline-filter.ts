import type { TimelineEntry, TimelineFilter } from './timeline.ts';

/** Whether the filter asks for this entry; the rule of `TimelineFilter`, which the timelines keep, too. */
export function matchesTimelineFilter(
  { cluster, namespace, pod, container }: TimelineFilter,
  entry: TimelineEntry,
): boolean {
  return (
    (cluster === undefined || cluster === entry.cluster) &&
    (entry.pod === null ||
      ((namespace === undefined || namespace === entry.namespace) &&
        (pod === undefined || pod === entry.pod) &&
        (container === undefined || container === entry.container)))
  );
}
