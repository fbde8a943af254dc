import type { AuditReader } from './audit-reader.ts';
import { formatPlace } from './place.ts';
import { queryRecords, RECORD_COLUMNS } from './record-query.ts';
import type { Sql } from './sql.ts';
import type { StoredRecord } from './stored-record.ts';

/** From one stream to the next, without reading what is in between. */
const STREAMS = `WITH RECURSIVE streams (name) AS (
    SELECT min(stream) FROM audit_records
    UNION ALL
    SELECT (SELECT min(stream) FROM audit_records WHERE stream > name) FROM streams WHERE name IS NOT NULL
  )
  SELECT name FROM streams WHERE name IS NOT NULL`;

const CHAIN = `SELECT ${RECORD_COLUMNS} FROM audit_records
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
      return { records: shown.map(recordOf), next };
    },
    streams: async () => {
      const rows = (await sql.all(STREAMS, [])) as readonly { readonly name: string }[];
      return rows.map(({ name }) => name);
    },
    chain: async (stream, { after, limit }) => {
      checkLimit(limit);
      return (await sql.all(CHAIN, [stream, after, limit])).map((row) => recordOf(row as StoredRecord));
    },
    body: async (eventId) => {
      const rows = (await sql.all(BODY, [eventId])) as readonly { readonly body: ArrayLike<number> }[];
      // `node:sqlite` gives bytes, D1 an array of numbers.
      return rows[0] === undefined ? null : Uint8Array.from(rows[0].body);
    },
  };
}

function recordOf({ stream, position, previousHash, hash, content }: StoredRecord): StoredRecord {
  return { stream, position, previousHash, hash, content };
}

function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_RECORDS) return;
  throw new RangeError(`a page of the audit trail has 1 to ${MOST_RECORDS} records, not ${limit}`);
}
