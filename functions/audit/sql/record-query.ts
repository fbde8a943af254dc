import type { AuditFilter } from '../audit-reader.ts';
import { FILED_RECORD_COLUMNS, type FiledRow } from '../filed-row.ts';
import type { RecordContent } from '../stored-record.ts';
import { type Place, parsePlace } from './place.ts';
import type { Sql, SqlValue } from './sql.ts';

/** What of `audit_records` is wanted, newest first; `limit` rows at most. */
export type RecordQuery = {
  readonly filter: AuditFilter;
  readonly kind?: RecordContent['kind'];
  /** Only records that name no Pod, and a filter's namespace or none; or only those that name one. */
  readonly podless?: boolean;
  readonly after?: string | undefined;
  readonly limit: number;
};

/** The record itself is still to be read from it: `recordOfRow`. */
export type RecordRow = Place & FiledRow;

type Column = keyof Omit<AuditFilter, 'fromMs' | 'toMs'>;

/** The fewest rows first: the index of the first one that is given leads the search, the others only filter. */
const COLUMNS: readonly (readonly [field: Column, column: string])[] = [
  ['eventId', 'event_id'],
  ['podUid', 'pod_uid'],
  ['pod', 'pod'],
  ['exitCode', 'exit_code'],
  ['handler', 'handler'],
  ['handlerOutcome', 'run_outcome'],
  ['outcome', 'end_outcome'],
  ['namespace', 'namespace'],
  // These have no index of their own; they stand behind the time in its index.
  ['container', 'container'],
  ['hook', 'hook'],
  ['cluster', 'cluster'],
];

/** @throws RangeError on a malformed `after`. */
export async function queryRecords(sql: Sql, query: RecordQuery): Promise<readonly RecordRow[]> {
  const { text, values } = recordStatement(query);
  return (await sql.all(text, values)) as readonly RecordRow[];
}

/** The statement of a query, for {@link queryRecords}. */
export function recordStatement({ filter, kind, podless, after, limit }: RecordQuery) {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...given: readonly SqlValue[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  for (const [field, column] of COLUMNS) {
    const wanted = podless && field === 'namespace' ? undefined : filter[field];
    // A plus keeps SQLite from searching by this column.
    if (wanted !== undefined) add(`${conditions.length === 0 ? '' : '+'}${column} = ?`, wanted);
  }
  if (kind !== undefined) add('kind = ?', kind);
  if (podless !== undefined) add(podless ? 'pod IS NULL' : '+pod IS NOT NULL');
  if (podless && filter.namespace !== undefined)
    add('(+namespace IS NULL OR +namespace = ?)', filter.namespace);
  if (filter.fromMs !== undefined) add('at_ms >= ?', filter.fromMs);
  if (filter.toMs !== undefined) add('at_ms < ?', filter.toMs);
  if (after !== undefined) {
    const { atMs, seq } = parsePlace(after);
    // The first condition is what an index can search by.
    add('at_ms <= ? AND (at_ms < ? OR seq < ?)', atMs, atMs, seq);
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const text = `SELECT seq, at_ms AS atMs, ${FILED_RECORD_COLUMNS} FROM audit_records ${where}
    ORDER BY at_ms DESC, seq DESC LIMIT ?`;
  return { text, values: [...values, limit] };
}
