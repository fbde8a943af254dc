import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beginsAsDatabase, databaseFileFault } from '../../../../settings/files/database-file.ts';
import { makeDatabasePrivate, makePrivate } from '../../../../settings/files/private-file.ts';
import { isBusy } from '../../../../settings/files/sqlite-code.ts';
import { keepTemporaryFilesIn } from '../../../../settings/files/temporary-files.ts';
import { StartError } from '../faults/start-error.ts';
import { prepareDataDir } from './data-dir.ts';
import { describeHolder, nameHolder } from './data-dir-holder.ts';
import { databaseFault, RESTORE } from './database-fault.ts';
import { ownDatabase } from './own-database.ts';

/** Name of the database in a receiver's data directory. */
export const DATABASE_FILE = 'receiver.db';
const LOCK_FILE = 'receiver.lock';
/** How long a write waits for another program that has the database open, such as one that copies it. */
const BUSY_TIMEOUT_MS = 1_000;
/**
 * 16 MiB of the write-ahead log, four times SQLite's own: pages that change again and again, as those of the indexes do, are
 * copied less often into the file. It took an eighth off the processor time of an event with two handlers.
 */
const CHECKPOINT_PAGES = 4_000;
/**
 * Eight times SQLite's own. Ids are hashes: each receipt goes to another page of their index, which is read from the disk
 * or the log where it is not kept. It takes two fifths off the time of the statements of a delivery.
 */
const CACHE_KIB = 16_384;

/**
 * Opens (or creates) the receiver's database in `dataDir`. It belongs to this process alone until closed; every
 * commit is on disk before it returns.
 *
 * What keeps a second receiver out is SQLite's exclusive lock on an empty file of its own, attached to the same
 * connection: the operating system drops it when the process dies, however it dies, and the database itself stays
 * readable for others, such as `offhook audit`.
 *
 * @throws StartError when directory or database cannot be used, or another process uses them.
 */
export function openDatabase(dataDir: string): DatabaseSync {
  const directory = prepareDataDir(dataDir);
  const [file, lock] = [join(directory, DATABASE_FILE), join(directory, LOCK_FILE)];
  makeDatabasePrivate(file);
  makePrivate(lock);
  for (const one of [file, lock]) checkFile(one);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    lockDirectory(database, { directory, file, lock });
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    ownDatabase(database, file);
    nameHolder(directory, process.pid);
    keepTemporaryFilesIn(database, directory);
    database.exec(`
      PRAGMA main.journal_mode = WAL;
      PRAGMA main.synchronous = FULL;
      PRAGMA main.cache_size = -${CACHE_KIB};
      PRAGMA main.wal_autocheckpoint = ${CHECKPOINT_PAGES};
    `);
    return database;
  } catch (error) {
    database.close();
    throw databaseFault(error, file);
  }
}

/** Before SQLite is asked, whose own words name no file. */
function checkFile(file: string): void {
  const fault = databaseFileFault(file);
  if (fault !== null) throw new StartError('person', fault);
  if (beginsAsDatabase(file)) return;
  throw new StartError('person', `${file} is no SQLite database, or its beginning is damaged: ${RESTORE}`);
}

type Places = { readonly directory: string; readonly file: string; readonly lock: string };

function lockDirectory(database: DatabaseSync, { directory, file, lock }: Places): void {
  try {
    takeLock(database, lock);
  } catch (error) {
    if (!isBusy(error)) throw databaseFault(error, lock);
    if (!isHeld(lock)) throw databaseFault(error, file);
    throw new StartError(
      'time',
      `${directory} is in use by another receiver${describeHolder(directory)}: stop it, or choose another directory`,
      { cause: error },
    );
  }
}

/** The statement that takes the lock reads the database too, which another program than a receiver may hold. */
function isHeld(lock: string): boolean {
  const database = new DatabaseSync(lock, { readOnly: true, timeout: 0 });
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    database.close();
  }
}

/** In exclusive locking mode the first write takes a lock that only the end of the connection gives back. */
function takeLock(database: DatabaseSync, file: string): void {
  database.prepare('ATTACH DATABASE ? AS receiver_lock').run(file);
  database.exec(`
    PRAGMA receiver_lock.locking_mode = EXCLUSIVE;
    PRAGMA receiver_lock.journal_mode = MEMORY;
    CREATE TABLE IF NOT EXISTS receiver_lock.holder (pid INTEGER);
    DELETE FROM receiver_lock.holder;
  `);
  database.prepare('INSERT INTO receiver_lock.holder VALUES (?)').run(process.pid);
}
