import type { DatabaseSync } from 'node:sqlite';

/**
 * SQLite keeps in temporary files what it has to undo or to sort and what is too large for memory: of a few hundred events that are
 * removed together, for example. Left alone it takes `/var/tmp`, `/tmp` or the working directory, and where only the data
 * directory can be written it fails with "disk I/O error". They hold what the database holds, are its owner's alone, and
 * have no name once they are open.
 *
 * It counts for every database of the process.
 *
 * @param directory exists, and can be written.
 * @throws what SQLite says, when it cannot be.
 * @see https://sqlite.org/pragma.html#pragma_temp_store_directory, which is deprecated; the other way is a variable of the
 * environment (SQLITE_TMPDIR), which is for who starts the process to set.
 */
export function keepTemporaryFilesIn(database: DatabaseSync, directory: string): void {
  database.exec(`PRAGMA temp_store_directory = '${directory.replaceAll("'", "''")}'`);
}
