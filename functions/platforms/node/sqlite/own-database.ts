import type { DatabaseSync } from 'node:sqlite';
import { StartError } from '../faults/start-error.ts';

/** `PRAGMA application_id` of a receiver's database: "OFRC". Tells it from any other SQLite database. */
const APPLICATION_ID = 0x4f465243;

/** What the queue has had from the first version on, which wrote no id. */
const OLDEST_COLUMNS = ['body', 'received_at_ms', 'due_at_ms'];

/**
 * Refuses the database of another program, before anything in it is changed, and marks a receiver's own.
 *
 * @throws StartError
 */
export function ownDatabase(database: DatabaseSync, file: string): void {
  const id = Number(database.prepare('PRAGMA application_id').get()?.application_id);
  if (id === APPLICATION_ID) return;
  const tables = Number(database.prepare('SELECT count(*) AS n FROM main.sqlite_schema').get()?.n);
  if (id !== 0 || (tables > 0 && !hasQueue(database))) {
    throw new StartError(
      'person',
      `${file} is the database of another program; nothing in it was changed. Move it away, or name another directory (dataDir in the configuration)`,
    );
  }
  database.exec(`PRAGMA main.application_id = ${APPLICATION_ID}`);
}

function hasQueue(database: DatabaseSync): boolean {
  const rows = database.prepare(`SELECT name FROM pragma_table_info('queue')`).all();
  const columns = new Set(rows.map(({ name }) => name));
  return OLDEST_COLUMNS.every((name) => columns.has(name));
}
