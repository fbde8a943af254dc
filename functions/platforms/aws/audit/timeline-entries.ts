import { type EntryExtent, timelineEntry } from '../../../audit/timeline-entry.ts';
import type { TimelineEntry } from '../../../timeline/timeline.ts';
import type { AuditTable } from './audit-table.ts';
import { type EventRecords, readEventRecords } from './event-records.ts';

/** Events with their runs, in the order of the ids; without those whose event is not (or no longer) there. */
export async function readEntries(
  table: Pick<AuditTable, 'getAll'>,
  eventIds: readonly string[],
  as: EntryExtent = 'listed',
): Promise<readonly TimelineEntry[]> {
  const events = await readEventRecords(table, eventIds);
  const entries = new Map(events.map((records) => [records.eventId, entryOf(records, as)]));
  return eventIds.flatMap((eventId) => entries.get(eventId) ?? []);
}

function entryOf({ event, handled, isWhole }: EventRecords, as: EntryExtent): TimelineEntry | null {
  const entry = event === null ? null : timelineEntry(event, handled, as);
  return entry === null || isWhole ? entry : { ...entry, misfiled: entry.misfiled ?? 'run' };
}
