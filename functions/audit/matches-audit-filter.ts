import type { AuditFilter } from './audit-reader.ts';
import type { RecordContent } from './stored-record.ts';
import { timeOf } from './stored-record.ts';

/** Fields of a filter that stand in the record under the same name. */
const SAME_NAME = [
  'cluster',
  'namespace',
  'pod',
  'podUid',
  'container',
  'hook',
  'exitCode',
  'handler',
  'eventId',
] as const;

/** Whether a record is one that is asked for. A field that a record of its kind has not never matches. */
export function matchesAuditFilter(filter: AuditFilter, content: RecordContent): boolean {
  const said: Readonly<Record<string, unknown>> = content;
  const atMs = timeOf(content);
  return (
    SAME_NAME.every((name) => filter[name] === undefined || filter[name] === said[name]) &&
    (filter.outcome === undefined || (content.kind === 'event' && content.outcome === filter.outcome)) &&
    (filter.handlerOutcome === undefined ||
      (content.kind === 'run' && content.outcome === filter.handlerOutcome)) &&
    (filter.fromMs === undefined || atMs >= filter.fromMs) &&
    (filter.toMs === undefined || atMs < filter.toMs)
  );
}
