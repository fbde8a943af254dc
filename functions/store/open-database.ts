import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Opens (or creates) the receiver's database in `dataDir`. It belongs to this process alone until closed; every
 * commit is on disk before it returns.
 *
 * @throws Error when the directory cannot be written, or another process uses it.
 */
export function openDatabase(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, 'receiver.db'), { timeout: 0 });
  try {
    // The exclusive lock must be asked for first: entering WAL mode then takes and keeps it.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec('CREATE TABLE IF NOT EXISTS lock_holder (pid INTEGER); DELETE FROM lock_holder;');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) {
      throw new Error(`${dataDir} is in use by another receiver: stop it, or choose another directory`, {
        cause: error,
      });
    }
    throw error;
  }
}
