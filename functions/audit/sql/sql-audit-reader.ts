import type { AuditReader } from '../audit-reader.ts';
import { answerOfRow, FILED_RECORD_COLUMNS, type FiledRow, recordOfRow } from '../filed-row.ts';
import { eventOf } from '../timeline-entry.ts';
import { withHandled } from '../with-handled.ts';
import { formatPlace } from './place.ts';
import { queryRecords, type RecordRow } from './record-query.ts';
import type { Sql } from './sql.ts';
import { sqlStoreFaults } from './sql-store-faults.ts';

/** From one stream to the next, without reading what is in between. */
const STREAMS = `WITH RECURSIVE streams (name) AS (
    SELECT min(stream) FROM audit_records
    UNION ALL
    SELECT (SELECT min(stream) FROM audit_records WHERE stream > name) FROM streams WHERE name IS NOT NULL
  )
  SELECT name FROM streams WHERE name IS NOT NULL`;

const CHAIN = `SELECT ${FILED_RECORD_COLUMNS} FROM audit_records
  WHERE stream = ? AND position > ? ORDER BY position LIMIT ?`;

const BODY = `SELECT body FROM audit_records WHERE record_id = ? AND body IS NOT NULL`;

const HANDLED = `SELECT ${FILED_RECORD_COLUMNS} FROM audit_records
  WHERE event_id IN (SELECT value FROM json_each(?)) AND kind IN ('run', 'rerun') ORDER BY seq`;

const MOST_RECORDS = 1_000;
const MOST_EVENTS = 200;

/** Answers to questions, from SQL. */
export function createSqlAuditReader(sql: Sql): AuditReader {
  /** One more than asked for tells whether there is a next page. */
  const pageOf = (rows: readonly RecordRow[], limit: number) => {
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return { shown, next: rows.length > limit && last !== undefined ? formatPlace(last) : null };
  };
  return {
    list: async (filter, { limit, after }) => {
      checkLimit(limit);
      const rows = await queryRecords(sql, { filter, after, limit: limit + 1 });
      const { shown, next } = pageOf(rows, limit);
      return { records: await Promise.all(shown.map(answerOfRow)), next };
    },
    eventsWithRuns: async (filter, { limit, after }) => {
      checkLimit(limit, MOST_EVENTS);
      const rows = await queryRecords(sql, { filter, kind: 'event', after, limit: limit + 1 });
      const { shown, next } = pageOf(rows, limit);
      const events = await Promise.all(shown.map(answerOfRow));
      const ids = JSON.stringify(events.flatMap((event) => eventOf(event) ?? []));
      const handled = (await sql.all(HANDLED, [ids])) as readonly FiledRow[];
      return { records: withHandled(events, await Promise.all(handled.map(answerOfRow))), next };
    },
    streams: async () => {
      const rows = (await sql.all(STREAMS, [])) as readonly { readonly name: unknown }[];
      return rows.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
    },
    chain: async (stream, { after, limit }) => {
      checkLimit(limit);
      return (await sql.all(CHAIN, [stream, after, limit])).map((row) => recordOfRow(row as FiledRow));
    },
    faults: () => sqlStoreFaults(sql),
    body: async (eventId) => {
      const rows = (await sql.all(BODY, [eventId])) as readonly { readonly body: unknown }[];
      // `node:sqlite` gives bytes, D1 an array of numbers.
      return rows[0] === undefined ? null : bytesOf(rows[0].body);
    },
  };
}

/** Empty for what is no bytes: somebody wrote it there, and no hash covers it. */
function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  const isBytes = body instanceof Uint8Array || body instanceof ArrayBuffer || Array.isArray(body);
  return isBytes ? Uint8Array.from(new Uint8Array(body)) : new Uint8Array();
}

function checkLimit(limit: number, most = MOST_RECORDS): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return;
  throw new RangeError(`a page of the audit trail has 1 to ${most} records, not ${limit}`);
}
