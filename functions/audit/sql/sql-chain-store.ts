import type { ChainHead, ChainStore, NewRecord } from '../chain-store.ts';
import { GENESIS_HASH } from '../hash-record.ts';
import type { Sql, SqlStatement } from './sql.ts';

/** In one statement, so that both are of one moment. */
const END = `SELECT
    (SELECT json_object('position', position, 'hash', hash)
       FROM audit_records WHERE stream = ? ORDER BY position DESC LIMIT 1) AS head,
    (SELECT json_group_array(record_id)
       FROM audit_records WHERE record_id IN (SELECT value FROM json_each(?))) AS known`;

const ADD = `INSERT INTO audit_records (stream, position, previous_hash, hash, record_id, content, body)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** The first record that stays, among so many; without one, all of these go. */
const EXPIRED = `WITH oldest AS (
    SELECT position, hash, recorded_at_ms FROM audit_records WHERE stream = ?1 ORDER BY position LIMIT ?3
  ), gone AS (
    SELECT position, hash FROM oldest
    WHERE position < ifnull((SELECT min(position) FROM oldest WHERE recorded_at_ms >= ?2), 9e15)
  )
  SELECT position, hash, (SELECT count(*) FROM gone) AS count FROM gone ORDER BY position DESC LIMIT 1`;

const REMOVE = `DELETE FROM audit_records WHERE seq IN (
    SELECT seq FROM audit_records WHERE stream = ? AND position <= ? ORDER BY position LIMIT ?
  ) RETURNING seq`;

/** How far one question for expired records looks. */
const MOST_EXPIRED = 10_000;

type EndRow = { readonly head: string | null; readonly known: string };
type ExpiredRow = ChainHead & { readonly count: number };

/** Chains in SQL. That records only ever follow the end of their chain is a rule of the database itself. */
export function createSqlChainStore(sql: Sql): ChainStore {
  return {
    end: async (stream, recordIds) => {
      const [row] = (await sql.all(END, [stream, JSON.stringify(recordIds)])) as readonly EndRow[];
      if (row === undefined) throw new Error('the audit database gave no answer to where a chain ends');
      const head: ChainHead = row.head === null ? { position: 0, hash: GENESIS_HASH } : JSON.parse(row.head);
      return { head, known: new Set<string>(JSON.parse(row.known)) };
    },
    append: async (records) =>
      (await sql.write(records.map(addition))) === 'written' ? 'appended' : 'conflict',
    expired: async (stream, olderThanMs) => {
      const rows = await sql.all(EXPIRED, [stream, olderThanMs, MOST_EXPIRED]);
      const [last] = rows as readonly ExpiredRow[];
      if (last === undefined) return null;
      return { upTo: { position: last.position, hash: last.hash }, count: last.count };
    },
    removeUpTo: async (stream, position, limit) => (await sql.all(REMOVE, [stream, position, limit])).length,
  };
}

function addition({
  stream,
  position,
  previousHash,
  hash,
  recordId,
  content,
  body,
}: NewRecord): SqlStatement {
  return { text: ADD, values: [stream, position, previousHash, hash, recordId, content, body ?? null] };
}
