import type { NewRecord } from '../../../audit/chain-store.ts';
import type { RecordContent } from '../../../audit/stored-record.ts';
import type { Item } from '../dynamodb/dynamodb-item.ts';
import { eventKey } from './audit-keys.ts';

/** One record of an event: its place in the chain, and what it is a record of. What it says is read there alone. */
export type EventRecord = Pick<NewRecord, 'position' | 'recordId'>;

/**
 * Where all records of one event are, so that an event and its runs are two reads. `event` is null until it has been
 * recorded (a run can be recorded first), and once it has been removed.
 *
 * @property version grows with every change; 0 before the item exists.
 */
export type EventItem = {
  readonly eventId: string;
  readonly stream: string;
  readonly version: number;
  readonly event: EventRecord | null;
  readonly runs: readonly EventRecord[];
};

export function noRecords(eventId: string, stream: string): EventItem {
  return { eventId, stream, version: 0, event: null, runs: [] };
}

export function eventItemOf(item: Item): EventItem {
  return {
    eventId: String(item.eventId),
    stream: String(item.stream),
    version: Number(item.version),
    event: JSON.parse(String(item.event)),
    runs: JSON.parse(String(item.runs)),
  };
}

/** null where somebody else has written what is none: of its records, the verifier says that they are not listed. */
export function readableEventItem(item: Item | null | undefined): EventItem | null {
  if (!item) return null;
  try {
    const event = eventItemOf(item);
    return recordsOf(event).every(({ position, recordId }) => isPlace(position, recordId)) ? event : null;
  } catch {
    return null;
  }
}

function isPlace(position: unknown, recordId: unknown): boolean {
  return Number.isSafeInteger(position) && typeof recordId === 'string';
}

/** As it is written: one version on. */
export function toItem({ eventId, stream, version, event, runs }: EventItem): Item {
  return {
    ...eventKey(eventId),
    eventId,
    stream,
    version: version + 1,
    event: JSON.stringify(event),
    runs: JSON.stringify(runs),
  };
}

/** null when the record is there already. */
export function withRecord(
  current: EventItem,
  kind: RecordContent['kind'],
  { position, recordId }: NewRecord,
): EventItem | null {
  if (recordsOf(current).some((one) => one.recordId === recordId)) return null;
  const record = { position, recordId };
  return kind === 'event' ? { ...current, event: record } : { ...current, runs: [...current.runs, record] };
}

export function withoutRecord(current: EventItem, recordId: string): EventItem {
  const { event, runs } = current;
  return {
    ...current,
    event: event?.recordId === recordId ? null : event,
    runs: runs.filter((run) => run.recordId !== recordId),
  };
}

export function recordsOf({ event, runs }: EventItem): readonly EventRecord[] {
  return event === null ? runs : [event, ...runs];
}
