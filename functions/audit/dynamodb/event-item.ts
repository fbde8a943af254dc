import type { HandlerRun } from '../../consumer/run-log.ts';
import type { TimelineEntry } from '../../page/timeline.ts';
import type { Item } from '../../store/dynamodb-item.ts';
import type { NewRecord } from '../chain-store.ts';
import type { EventFacts } from '../event-facts.ts';
import { parseContent } from '../parse-content.ts';
import type { RecordContent } from '../stored-record.ts';
import { eventKey } from './keys.ts';

/** One record of an event: its place in the chain, its text, what it is a record of. */
export type EventRecord = Pick<NewRecord, 'position' | 'recordId' | 'content'>;

/**
 * All records of one event together, so that an event and its runs are one read. `event` is null until it has been
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
  { position, recordId, content }: NewRecord,
): EventItem | null {
  if (recordsOf(current).some((one) => one.recordId === recordId)) return null;
  const record = { position, recordId, content };
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

/** The event and its runs, as the page shows them; null while there is only runs. */
export function timelineEntry({ event, runs }: EventItem): TimelineEntry | null {
  if (event === null) return null;
  const { kind: _, ...facts } = parseContent(event.content) as { kind: 'event' } & EventFacts;
  return { ...facts, runs: runs.map(({ content }) => runOf(content)) };
}

function runOf(content: string): HandlerRun {
  const { kind: _, ...run } = parseContent(content) as { kind: 'run' } & HandlerRun;
  return run;
}
