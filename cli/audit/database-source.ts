import type { DatabaseSync } from 'node:sqlite';
import { createSqlAuditReader } from '../../functions/audit/sql/sql-audit-reader.ts';
import { eventIdOf } from '../../functions/audit-api/read-chain-page.ts';
import { type AuditSource, AuditSourceError } from './audit-source.ts';
import { openReceiverDatabase } from './receiver-database.ts';

const PAGE = 1_000;
const MOST_INDEX_FAULTS = 10;

/**
 * The audit trail in a receiver's data directory, beside the receiver that may be running. Everything is read as of one
 * moment: that of opening.
 *
 * @throws AuditSourceError when there is none, or it cannot be read.
 */
export function openDatabaseSource(dataDir: string): AuditSource {
  const { file, database, translated, sql } = openReceiverDatabase(dataDir, 'moment');
  const reader = createSqlAuditReader(sql);
  return {
    moves: false,
    streams: reader.streams,
    faults: async () => [...(await reader.faults()), ...translated(() => indexFaults(database))],
    async *entries(stream, { after, bodies }) {
      let last: number | undefined = after;
      while (last !== undefined) {
        const records = await reader.chain(stream, { after: last, limit: PAGE });
        for (const record of records) {
          const eventId = bodies ? eventIdOf(record.content) : null;
          yield eventId === null ? { record } : { record, body: await reader.body(eventId) };
        }
        const next: number | undefined = records.at(-1)?.position;
        if (next !== undefined && next <= last) {
          throw new AuditSourceError(
            `${file} holds a position of ${stream} that is no number: somebody has changed it`,
          );
        }
        last = next;
      }
    },
    list: reader.list,
    eventsWithRuns: reader.eventsWithRuns,
    close: () => database.close(),
  };
}

/** An index that leaves a row out, or files it elsewhere, answers questions wrongly while every row is as it was. */
function indexFaults(database: DatabaseSync): readonly string[] {
  const rows = database.prepare(`PRAGMA integrity_check('audit_records')`).all();
  const found = rows.flatMap((row) => Object.values(row)).map(String);
  return found.filter((line) => line !== 'ok').slice(0, MOST_INDEX_FAULTS);
}
