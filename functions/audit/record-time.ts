import type { RecordContent } from './stored-record.ts';

/** When what a record says happened, in milliseconds since the epoch. */
export function timeOf(content: RecordContent): number {
  if (content.kind === 'event') return content.occurredAtMs;
  return content.kind === 'run' ? content.startedAtMs : content.recordedAtMs;
}

/** When a record was written, in milliseconds since the epoch; of a run, when it had finished. */
export function recordedAtMsOf(content: RecordContent): number {
  return content.kind === 'run' ? content.finishedAtMs : content.recordedAtMs;
}
