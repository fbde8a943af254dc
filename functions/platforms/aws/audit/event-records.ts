import { withHashChecked } from '../../../audit/filed-row.ts';
import type { StoredRecord } from '../../../audit/stored-record.ts';
import { eventOf } from '../../../audit/timeline-entry.ts';
import { chainKey, eventKey } from './audit-keys.ts';
import type { AuditTable } from './audit-table.ts';
import { type EventItem, type EventRecord, readableEventItem, recordsOf } from './event-item.ts';
import { recordOfItem } from './filed-item.ts';
import { CHECKED_ATTRIBUTES } from './record-item.ts';

/**
 * The records of an event as they stand in its chain, each compared with its hash.
 *
 * @property event its own; null where it is not (or no longer) there.
 * @property handled the runs of its handlers and the wishes for them, oldest first.
 * @property isWhole false where one is listed and not there, or is another event's.
 */
export type EventRecords = {
  readonly eventId: string;
  readonly event: StoredRecord | null;
  readonly handled: readonly StoredRecord[];
  readonly isWhole: boolean;
};

/**
 * Of those events that are known, in no order: two questions, however many there are. An event's item only says where its
 * records are: what they say is read in the chain.
 */
export async function readEventRecords(
  table: Pick<AuditTable, 'getAll'>,
  eventIds: readonly string[],
): Promise<readonly EventRecords[]> {
  const found = await table.getAll(eventIds.map(eventKey));
  const events = found.flatMap((item) => readableEventItem(item) ?? []);
  const keys = events.flatMap((event) =>
    recordsOf(event).map(({ position }) => chainKey(event.stream, position)),
  );
  const items = await table.getAll(keys, CHECKED_ATTRIBUTES);
  const records = await Promise.all(
    items.map((item) => withHashChecked(recordOfItem(item, CHECKED_ATTRIBUTES))),
  );
  const byPlace = new Map(records.map((record) => [placeOf(record), record]));
  return events.map((event) => gather(event, byPlace));
}

function gather(
  { eventId, stream, event, runs }: EventItem,
  records: ReadonlyMap<string, StoredRecord>,
): EventRecords {
  const find = ({ position }: EventRecord) => {
    const record = records.get(placeOf({ stream, position }));
    return record !== undefined && eventOf(record) === eventId ? record : null;
  };
  const handled = runs.flatMap((run) => find(run) ?? []);
  return {
    eventId,
    event: event === null ? null : find(event),
    handled,
    isWhole: handled.length === runs.length,
  };
}

function placeOf({ stream, position }: Pick<StoredRecord, 'stream' | 'position'>): string {
  return `${position} ${stream}`;
}
