import type { TimelineEntry } from '../timeline/timeline.ts';
import { parseContent } from './parse-content.ts';
import type { RecordContent, StoredRecord } from './stored-record.ts';

/**
 * An event with its runs as the page shows them, with `misfiled` where one of these records is; null for a record that
 * is no event.
 *
 * @param runs of this event, oldest first.
 */
export function timelineEntry(event: StoredRecord, runs: readonly StoredRecord[]): TimelineEntry | null {
  const content = readableContent(event);
  if (content?.kind !== 'event') return null;
  const { kind: _, ...facts } = content;
  const read = runs.flatMap((run) => readableContent(run) ?? []).filter((run) => run.kind === 'run');
  const misfiled = event.misfiled ?? (read.length < runs.length || runs.some(isMisfiled) ? 'run' : undefined);
  return {
    ...facts,
    runs: read.map(({ kind: _, ...run }) => run),
    ...(misfiled !== undefined && { misfiled }),
  };
}

/** The event that a record is of, or of whose handler it is a run; null for others, and for what cannot be read. */
export function eventOf(record: StoredRecord): string | null {
  const content = readableContent(record);
  return content === null || content.kind === 'retention' ? null : content.eventId;
}

/** What a record says; null for what somebody wrote there: that it is no record, the verifier says. */
export function readableContent({ content }: StoredRecord): RecordContent | null {
  try {
    return parseContent(content);
  } catch {
    return null;
  }
}

function isMisfiled({ misfiled }: StoredRecord): boolean {
  return misfiled !== undefined;
}
