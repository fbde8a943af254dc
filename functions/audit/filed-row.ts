import { hashRecord } from './hash-record.ts';
import { recordIdOf } from './record-id.ts';
import type { RecordContent, StoredRecord } from './stored-record.ts';
import { recordedAtMsOf, timeOf } from './stored-record.ts';
import { readableContent } from './timeline-entry.ts';

/** What a row of `audit_records` is found by. Nearly all of it is computed by the database from `content`; it may lie. */
const FILED_COLUMNS = [
  'record_id',
  'kind',
  'event_id',
  'at_ms',
  'recorded_at_ms',
  'cluster',
  'namespace',
  'pod',
  'pod_uid',
  'container',
  'restart_count',
  'hook',
  'exit_code',
  'end_outcome',
  'handler',
  'run_outcome',
] as const;

type Column = (typeof FILED_COLUMNS)[number];

/** The columns of a record, and those it is found by, for {@link recordOfRow}. @param table `r.`, where there are several. */
export function filedRecordColumns(table: string): string {
  const columns = [
    'stream',
    'position',
    'previous_hash AS previousHash',
    'hash',
    'content',
    ...FILED_COLUMNS,
  ];
  return columns.map((column) => table + column).join(', ');
}

export const FILED_RECORD_COLUMNS: string = filedRecordColumns('');

/** Any value in any column: SQLite keeps what it is given, text or not. */
export type FiledRow = Readonly<Record<keyof StoredRecord | Column, unknown>>;

/**
 * The record in a row, with `misfiled` where a column says something else than the content. What is of another type than
 * it must be becomes empty, which no hash covers.
 */
export function recordOfRow(row: FiledRow): StoredRecord {
  const stored = {
    stream: textOf(row.stream),
    position: typeof row.position === 'number' ? row.position : 0,
    previousHash: textOf(row.previousHash),
    hash: textOf(row.hash),
    content: textOf(row.content),
  };
  const misfiled = misfiledBy(row, stored);
  return misfiled === null ? stored : { ...stored, misfiled };
}

/** Of a row that answers a question, its hash too: who reads an answer does not verify the chain. */
export async function answerOfRow(row: FiledRow): Promise<StoredRecord> {
  return withHashChecked(recordOfRow(row));
}

/** `misfiled: 'hash'` where what the record says is not what was hashed. */
export async function withHashChecked(record: StoredRecord): Promise<StoredRecord> {
  return record.misfiled !== undefined || (await hashRecord(record)) === record.hash
    ? record
    : { ...record, misfiled: 'hash' };
}

function misfiledBy(row: FiledRow, stored: StoredRecord): string | null {
  const retyped = Object.entries(stored).find(([name, value]) => row[name as keyof StoredRecord] !== value);
  if (retyped !== undefined) return retyped[0];
  const content = readableContent(stored);
  // What cannot be read is found by nothing, and the verifier says so.
  if (content === null) return null;
  const wanted = filedBy(content);
  return FILED_COLUMNS.find((column) => !isSame(row[column], wanted[column])) ?? null;
}

/** As the database computes them (`schema.ts`). */
function filedBy(content: RecordContent): Readonly<Record<Column, unknown>> {
  const event = content.kind === 'event' ? content : null;
  const run = content.kind === 'run' ? content : null;
  const handled = content.kind === 'run' || content.kind === 'rerun' ? content : null;
  return {
    record_id: recordIdOf(content),
    kind: content.kind,
    event_id: (event ?? handled)?.eventId ?? null,
    at_ms: timeOf(content),
    recorded_at_ms: recordedAtMsOf(content),
    cluster: event?.cluster ?? null,
    namespace: event?.namespace ?? null,
    pod: event?.pod ?? null,
    pod_uid: event?.podUid ?? null,
    container: event?.container ?? null,
    restart_count: event?.restartCount ?? null,
    hook: event?.hook ?? null,
    exit_code: event?.exitCode ?? null,
    end_outcome: event?.outcome ?? null,
    handler: handled?.handler ?? null,
    run_outcome: run?.outcome ?? null,
  };
}

/** A database ends a text at a NUL, and cannot keep half a surrogate pair: nothing is found by such a text anyway. */
function isSame(found: unknown, wanted: unknown): boolean {
  if (typeof wanted === 'string' && (wanted.includes('\0') || !wanted.isWellFormed())) return true;
  return found === wanted;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
