import type { AuditReader } from '../audit-reader.ts';
import { answerOfRow, FILED_RECORD_COLUMNS, type FiledRow, recordOfRow } from '../filed-row.ts';
import { formatPlace } from './place.ts';
import { queryRecords } from './record-query.ts';
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

const MOST_RECORDS = 1_000;

/** Answers to questions, from SQL. */
export function createSqlAuditReader(sql: Sql): AuditReader {
  return {
    list: async (filter, { limit, after }) => {
      checkLimit(limit);
      // One more than asked for tells whether there is a next page.
      const rows = await queryRecords(sql, { filter, after, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const next = rows.length > limit && last !== undefined ? formatPlace(last) : null;
      return { records: await Promise.all(shown.map(answerOfRow)), next };
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

function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_RECORDS) return;
  throw new RangeError(`a page of the audit trail has 1 to ${MOST_RECORDS} records, not ${limit}`);
}
