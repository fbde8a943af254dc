import type { TimelineEntry, TimelineFilter } from './timeline.ts';

/** Whether the filter asks for this entry; the rule of `TimelineFilter`, which the timelines keep, too. */
export function matchesTimelineFilter(
  { cluster, namespace, pod, container }: TimelineFilter,
  entry: TimelineEntry,
): boolean {
  if (cluster !== undefined && cluster !== entry.cluster) return false;
  if (entry.pod === null) return concernsNamespace(entry, namespace);
  return (
    (namespace === undefined || namespace === entry.namespace) &&
    (pod === undefined || pod === entry.pod) &&
    (container === undefined || container === entry.container)
  );
}

/** Whether an event without a Pod says something about a namespace: it names none, or this one. */
export function concernsNamespace(
  { namespace }: Pick<TimelineEntry, 'namespace'>,
  wanted: string | undefined,
): boolean {
  return wanted === undefined || namespace === null || namespace === wanted;
}
