import { withHashChecked } from '../../../audit/filed-row.ts';
import type { StoredRecord } from '../../../audit/stored-record.ts';
import { eventOf, timelineEntry } from '../../../audit/timeline-entry.ts';
import type { TimelineEntry } from '../../../timeline/timeline.ts';
import { chainKey, eventKey } from './audit-keys.ts';
import type { AuditTable } from './audit-table.ts';
import { type EventItem, type EventRecord, readableEventItem } from './event-item.ts';
import { recordOfItem } from './filed-item.ts';
import { CHECKED_ATTRIBUTES } from './record-item.ts';

/**
 * Events with their runs, in the order of the ids; without those whose event is not (or no longer) there. An event's item
 * only says where its records are: what is shown stands in the chain, and is compared with its hash.
 */
export async function readEntries(
  table: Pick<AuditTable, 'getAll'>,
  eventIds: readonly string[],
): Promise<readonly TimelineEntry[]> {
  const found = await table.getAll(eventIds.map(eventKey));
  const events = found.flatMap((item) => readableEventItem(item) ?? []);
  const keys = events.flatMap(({ stream, event, runs }) =>
    [...(event === null ? [] : [event]), ...runs].map(({ position }) => chainKey(stream, position)),
  );
  const items = await table.getAll(keys, CHECKED_ATTRIBUTES);
  const records = await Promise.all(
    items.map((item) => withHashChecked(recordOfItem(item, CHECKED_ATTRIBUTES))),
  );
  const byPlace = new Map(records.map((record) => [placeOf(record), record]));
  const entries = new Map(events.map((event) => [event.eventId, entryOf(event, byPlace)]));
  return eventIds.flatMap((eventId) => entries.get(eventId) ?? []);
}

function entryOf(
  { eventId, stream, event, runs }: EventItem,
  records: ReadonlyMap<string, StoredRecord>,
): TimelineEntry | null {
  const find = ({ position }: EventRecord) => records.get(placeOf({ stream, position }));
  const told = event === null ? undefined : find(event);
  if (told === undefined || eventOf(told) !== eventId) return null;
  const found = runs.flatMap((run) => find(run) ?? []).filter((run) => eventOf(run) === eventId);
  const entry = timelineEntry(told, found);
  // One that is listed and not there, or is another event's.
  return entry === null || found.length === runs.length
    ? entry
    : { ...entry, misfiled: entry.misfiled ?? 'run' };
}

function placeOf({ stream, position }: Pick<StoredRecord, 'stream' | 'position'>): string {
  return `${position} ${stream}`;
}
