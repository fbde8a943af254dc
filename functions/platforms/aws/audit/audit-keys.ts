import type { StoredRecord } from '../../../audit/stored-record.ts';
import type { EventFacts } from '../../../timeline/event-facts.ts';
import type { Key, KeyNames } from './audit-table.ts';

/**
 * The table of the audit trail: partition key `pk`, sort key `sk`, both text.
 *
 * | `pk`                   | `sk`                                 | what                                              |
 * |------------------------|--------------------------------------|---------------------------------------------------|
 * | `chain#<stream>`       | position, 16 digits                  | a record, with the bytes of an event              |
 * | `event#<event id>`     | `event`                              | where the event's records are, and its runs        |
 * | `record#<record id>`   | `record`                             | that a record of another kind exists              |
 * | `ended#<stream>`       | `<pod uid>/<container>/<restarts>`    | a container's run: its postStop was received       |
 * | `open`                 | `<at>#<event id>`                    | a container's run that has not ended, its postStart |
 * | `turn#<stream>`        | `turn`                               | until when somebody has the turn to write a chain  |
 * | `streams`              | stream                               | that there is such a chain                        |
 * | `days`                 | `YYYY-MM-DD`                         | that there are records of that day (UTC)          |
 *
 * Records also have `day` and `at`, and events `pod`: the keys of the two indexes.
 */
export const chainKey = (stream: string, position: number): Key => ({
  pk: `chain#${stream}`,
  sk: paddedPosition(position),
});
export const eventKey = (eventId: string): Key => ({ pk: `event#${eventId}`, sk: 'event' });
export const recordKey = (recordId: string): Key => ({ pk: `record#${recordId}`, sk: 'record' });
export const STREAMS = 'streams';
export const DAYS = 'days';
export const OPEN = 'open';
/** Stands in `pod` where an event has none; no Pod can have that name. */
export const NO_POD = '-';

export const BY_TIME: KeyNames = { index: 'by-time', hash: 'day', range: 'at' };
export const BY_POD: KeyNames = { index: 'by-pod', hash: 'pod', range: 'at' };

/** A run's record id begins with that of its event; that of an event is its own. */
export function eventIdOfRecord(recordId: string): string {
  return recordId.split('/', 1)[0] ?? '';
}

/** The marker of a run of a container; null for an event that concerns none. */
export function endedKey({ stream, podUid, container, restartCount }: EventFacts): Key | null {
  if (podUid === null || container === null || restartCount === null) return null;
  return { pk: `ended#${stream}`, sk: `${podUid}/${container}/${restartCount}` };
}

export function openKey({ occurredAtMs, eventId }: EventFacts): Key {
  return { pk: OPEN, sk: `${paddedTime(occurredAtMs)}#${eventId}` };
}

/** A record's place in the order of time; no two records have the same. */
export function placeOf({ stream, position }: StoredRecord, atMs: number): string {
  return `${paddedTime(atMs)}#${paddedPosition(position)}#${stream}`;
}

/** The UTC day, `YYYY-MM-DD`. */
export function dayOf(atMs: number): string {
  return new Date(clampedTime(atMs)).toISOString().slice(0, 10);
}

/** Milliseconds in 15 digits, so that text is ordered as times are. */
export function paddedTime(atMs: number): string {
  return String(clampedTime(atMs)).padStart(15, '0');
}

const MOST_MS = 253_402_300_799_999;

/** 1970 to 9999: what is outside, or no number, is no time of a cluster. */
function clampedTime(atMs: number): number {
  return Number.isFinite(atMs) ? Math.min(Math.max(Math.trunc(atMs), 0), MOST_MS) : 0;
}

function paddedPosition(position: number): string {
  return String(position).padStart(16, '0');
}
