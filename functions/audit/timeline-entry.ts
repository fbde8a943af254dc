import type { HandlerRun } from '../timeline/run-log.ts';
import type { TimelineEntry, TimelineRun } from '../timeline/timeline.ts';
import { parseContent } from './parse-content.ts';
import type { RecordContent, StoredRecord } from './stored-record.ts';

export type EntryExtent = 'listed' | 'whole';

/**
 * An event with its runs as the page shows them, with `misfiled` where one of these records is; null for a record that
 * is no event.
 *
 * @param handled the runs of this event and the wishes for them, oldest first.
 * @param as `listed` without the results of runs, `whole` with them.
 */
export function timelineEntry(
  event: StoredRecord,
  handled: readonly StoredRecord[],
  as: EntryExtent,
): TimelineEntry | null {
  const content = readableContent(event);
  if (content?.kind !== 'event') return null;
  const { kind: _, ...facts } = content;
  const { runs, reruns, unread } = handlingOf(handled);
  const misfiled = event.misfiled ?? (unread || handled.some(isMisfiled) ? 'run' : undefined);
  return {
    ...facts,
    runs: as === 'whole' ? runs : runs.map(listed),
    ...(reruns.length > 0 && { reruns }),
    ...(misfiled !== undefined && { misfiled }),
  };
}

function listed({ result, ...run }: HandlerRun): TimelineRun {
  return result === undefined ? run : { ...run, hasResult: true };
}

/** What handlers did, and who asked them to do it again; `unread`: whether some of the records say neither. */
function handlingOf(records: readonly StoredRecord[]) {
  const read = records.flatMap((record) => readableContent(record) ?? []);
  const runs = read.filter((content) => content.kind === 'run').map(({ kind: _, ...run }) => run);
  const reruns = read.filter((content) => content.kind === 'rerun').map(({ kind: _, ...rerun }) => rerun);
  return { runs, reruns, unread: runs.length + reruns.length < records.length };
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
